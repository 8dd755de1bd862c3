import SecureChannel
import WireFormat

/// One handshake on the path alone, over a network that delivers everything at once.
struct PathPassage {
    private static let place = TransportAddress(ip: .v4(0x0A00_0001), port: 8_471)
    private static let local = TransportAddress(ip: .v4(0x0A00_0002), port: 50_000)

    private var viewer: Handshake
    private var host: Handshake
    private var initiator: PathInitiator
    private var listener: PathListener
    private var wire = HandshakeKind.Wire()

    init(_ cast: HandshakeKind.Cast, isBusy: Bool, _ random: inout SeededRandom) throws {
        let name = random.bytes(count: InitiationIdentifier.count)
        let prologue = Prologue(sessionIdentifier: name, way: .pathAlone)
        let key = cast.host.publicKey
        viewer = .initiator(pinned: key, keys: cast.viewer, prologue: prologue, random: &random)
        host = .responder(pinnedKeys: cast.host, prologue: prologue, random: &random)
        let nothing: [UInt8] = []
        let message = try viewer.writeMessage(payload: nothing.span)
        guard let identifier = InitiationIdentifier(bytes: name),
            let initiator = PathInitiator(
                identifier: identifier, message: message, host: key, remote: Self.place, sockets: [Self.local],
                at: .zero)
        else { throw HandshakeFailure.malformed }
        self.initiator = initiator
        listener = PathListener(host: key, random: random.fork(), at: .zero)
        listener.isBusy = isBusy
    }

    /// - Returns: the datagrams of both sides.
    mutating func run() throws -> HandshakeKind.Wire {
        while !viewer.isFinished {
            let sent = wire.messages
            for bytes in note(Self.drain { initiator.pollTransmit(into: &$0, at: .zero) }) {
                try? listener.receive(bytes.span, on: Path(local: Self.place, remote: Self.local), at: .zero)
            }
            if case .initiation(let initiation)? = listener.pollEvent() {
                _ = try host.readMessage(initiation.message.span)
                let nothing: [UInt8] = []
                listener.answer(initiation.identifier, with: try host.writeMessage(payload: nothing.span))
            }
            for bytes in note(Self.drain { listener.pollTransmit(into: &$0, at: .zero) }) {
                try? initiator.receive(bytes.span, on: Path(local: Self.local, remote: Self.place), at: .zero)
            }
            if case .answer(let message, _)? = initiator.pollEvent() { _ = try viewer.readMessage(message.span) }
            guard wire.messages > sent else { throw HandshakeFailure.unexpected }
        }
        _ = try (viewer.recordLayer(), host.recordLayer())
        return wire
    }

    /// Counts what goes over the wire.
    private mutating func note(_ datagrams: [[UInt8]]) -> [[UInt8]] {
        wire.messages += datagrams.count
        wire.bytes += datagrams.reduce(0) { $0 + $1.count }
        return datagrams
    }

    private static func drain(_ poll: (inout OutputSpan<UInt8>) -> Path?) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        while true {
            var path: Path?
            let bytes = [UInt8](capacity: 1_200) { path = poll(&$0) }
            guard path != nil else { return datagrams }
            datagrams.append(bytes)
        }
    }
}
