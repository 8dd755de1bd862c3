import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// Sends known plaintext through relayed sessions and searches all bytes that the server sees for it.
///
/// The plaintext is a pointer's picture, which travels as it is on the control stream.
/// That the same search finds it in what the viewer decrypted shows that it would have found it.
struct PlaintextTrial {
    private static let sessions = 20
    private static let pointerSide = 64
    private static let connectLimit = Interval.seconds(5)
    private static let transferTime = Interval.seconds(3)
    private static let bytesPerPixel = 4
    /// An open network with a clean line: what is looked at is the bytes, not the way.
    private static let network = "place\topen\t1\t-\t0\t0\tline\naccess\tline\t1\t10\t0\t0\t100\t100\t1000"

    let seed: UInt64

    func run() throws -> RelayPrivacy {
        var privacy = RelayPrivacy()
        let watched = WatchedBytes()
        var random = SeededRandom(seed: (seed, 0, 2, 0))
        var plaintext: [UInt8] = []
        var received: [UInt8] = []
        for _ in 0..<Self.sessions {
            let (sent, seen) = try session(&random, watched)
            plaintext += sent
            received += seen
            privacy.sessions += 1
        }
        let search = PlaintextSearch(plaintext)
        privacy.pieces = search.pieceCount
        privacy.found = watched.passages.reduce(0) { $0 + search.matches(in: $1) }
        privacy.foundAtViewer = search.matches(in: received)
        privacy.bytesSearched = watched.byteCount
        privacy.payloadBytes = watched.payloadBytes
        privacy.bitsPerByte = PlaintextSearch.bitsPerByte(watched.payloadHistogram)
        return privacy
    }

    /// - Returns: the plaintext that was sent, and what of it the viewer got.
    private func session(_ random: inout SeededRandom, _ watched: WatchedBytes) throws -> (sent: [UInt8], seen: [UInt8])
    {
        let host = StaticKeyPair(random: &random)
        let viewer = StaticKeyPair(random: &random)
        let place = try Population(Self.network).draw(using: &random)
        var trial = try SessionTrial(
            seed: random.next(), host: place, viewer: place, identities: (host, viewer),
            configuration: Strategy.relayOnly.configuration, mapsPorts: false)
        trial.simulator.network.watch(trial.serverHost) { bytes, _, _ in watched.add(bytes) }
        let party = trial.viewer
        _ = trial.simulator.run(until: SessionTrial.warmUp + Self.connectLimit) { _, _ in
            party.peer.session.figures.sharpFrame != nil
        }
        let pixels = (0..<Self.pointerSide * Self.pointerSide).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        guard
            let shape = CursorShape(
                width: Self.pointerSide, height: Self.pointerSide, hotspotX: 0, hotspotY: 0, pixels: pixels)
        else { return ([], []) }
        trial.simulator.update(trial.hostHost) { party, now in
            guard case .host(let host) = party else { return }
            host.peer.send(shape)
            host.settle(at: now)
        }
        trial.simulator.run(until: trial.simulator.now + Self.transferTime)
        return (Self.bytes(pixels), Self.received(by: party))
    }

    private static func received(by viewer: ViewerParty) -> [UInt8] {
        viewer.events.flatMap { event, _ -> [UInt8] in
            guard case .session(.cursor(let shape)) = event else { return [] }
            return bytes(shape.pixels)
        }
    }

    private static func bytes(_ pixels: [UInt32]) -> [UInt8] {
        [UInt8](capacity: pixels.count * bytesPerPixel) { output in
            for pixel in pixels { output.append(bigEndian: pixel) }
        }
    }
}
