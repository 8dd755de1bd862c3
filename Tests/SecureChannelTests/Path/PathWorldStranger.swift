import SecureChannel
import WireFormat

/// Somebody with an address, and the host's public key, who is not let in: he answers each request for a cookie.
final class PathWorldStranger {
    private let world: PathWorld
    private let address = PathWorld.address(900)
    private var random = SeededRandom(seed: 12)

    init(_ world: PathWorld) throws { self.world = world }

    /// Begins once more, as far as asking with a cookie.
    func knock() {
        guard let identifier = InitiationIdentifier(bytes: random.bytes(count: 16)),
            var initiator = PathInitiator(
                identifier: identifier, message: random.bytes(count: 200), host: world.hostKeys.publicKey,
                remote: PathWorld.place, sockets: [address], at: world.now)
        else { return }
        for _ in 0..<2 {
            let bytes = [UInt8](capacity: 1_200) { _ = initiator.pollTransmit(into: &$0, at: world.now) }
            world.inject(bytes, from: address)
            guard let reply = world.datagrams.last, reply.destination == address else { return }
            try? initiator.receive(
                reply.bytes.span, on: Path(local: address, remote: PathWorld.place), at: world.now)
        }
    }
}
