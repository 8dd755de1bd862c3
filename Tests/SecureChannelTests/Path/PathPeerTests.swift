import SecureChannel
import Testing
import WireFormat

/// Handshakes on the path alone with the implementation that was written from the documentation page, datagram by datagram.
@Suite(.enabled(if: NoisePeer.isUsable("noiseprotocol"), "needs noiseprotocol from PyPI: Tests/install"))
struct PathPeerTests {
    private let place = TransportAddress(ip: .v4(0x0A00_0001), port: 8_471)
    private let local = TransportAddress(ip: .v4(0x0A00_0002), port: 50_000)
    private let identifier = InitiationIdentifier(bytes: Array(40..<56))

    /// - Parameter isBusy: whether our host asks for a cookie.
    @Test(arguments: [false, true]) func aPeerReachesAHostOfOurs(isBusy: Bool) throws {
        var random = SeededRandom(seed: 21)
        let (own, other) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        let peer = try start("initiator", other, knowing: own.publicKey)
        var listener = PathListener(host: own.publicKey, random: random.fork(), at: .zero)
        listener.isBusy = isBusy
        var handshake = Handshake.responder(pinnedKeys: own, prologue: try prologue(), random: &random)
        for _ in 0..<(isBusy ? 2 : 1) {
            deliver(try peer.read(), to: &listener)
            if case .initiation(let initiation)? = listener.pollEvent() {
                #expect(initiation.identifier == identifier)
                #expect(try handshake.read(initiation.message) == "payload of the peer")
                listener.answer(initiation.identifier, with: try handshake.write("payload of ours"))
            }
            try peer.write([UInt8](capacity: 1_200) { _ = listener.pollTransmit(into: &$0, at: .zero) })
        }
        #expect(listener.counters.cookiesAsked == (isBusy ? 1 : 0))
        try checkEnd(&handshake, peer, other.publicKey)
    }

    /// The peer always asks for a cookie.
    @Test func aViewerOfOursReachesAPeer() throws {
        var random = SeededRandom(seed: 22)
        let (own, other) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        let peer = try start("responder", other, knowing: own.publicKey)
        var handshake = Handshake.initiator(
            pinned: other.publicKey, keys: own, prologue: try prologue(), random: &random)
        let name = try #require(identifier)
        let message = try handshake.write("payload of ours")
        var initiator = try #require(
            PathInitiator(
                identifier: name, message: message, host: other.publicKey, remote: place, sockets: [local], at: .zero))
        for _ in 0..<2 {
            try peer.write([UInt8](capacity: 1_200) { _ = initiator.pollTransmit(into: &$0, at: .zero) })
            deliver(try peer.read(), to: &initiator)
        }
        guard case .answer(let message, _)? = initiator.pollEvent() else {
            Issue.record("the peer's answer is none")
            return
        }
        #expect(try handshake.read(message) == "payload of the peer")
        try checkEnd(&handshake, peer, other.publicKey)
    }

    private func deliver(_ datagram: [UInt8], to listener: inout PathListener) {
        try? listener.receive(datagram.span, on: Path(local: place, remote: local), at: .zero)
    }

    private func deliver(_ datagram: [UInt8], to initiator: inout PathInitiator) {
        try? initiator.receive(datagram.span, on: Path(local: local, remote: place), at: .zero)
    }

    private func prologue() throws -> Prologue {
        Prologue(sessionIdentifier: try #require(identifier).bytes, way: .pathAlone)
    }

    private func start(_ role: String, _ keys: StaticKeyPair, knowing other: PublicKey) throws -> NoisePeer {
        try NoisePeer(
            script: "beeline_peer.py",
            arguments: [
                "path", role, NoisePeer.hexadecimal(try #require(identifier).bytes),
                NoisePeer.hexadecimal(keys.copyOfSecret()), String(RecordCiphers.always.rawValue),
                NoisePeer.hexadecimal(other.bytes),
            ])
    }

    private func checkEnd(_ handshake: inout Handshake, _ peer: NoisePeer, _ other: PublicKey) throws {
        #expect(handshake.isFinished && handshake.peerKey == other)
        #expect(try peer.read() == handshake.export(label: "interop", count: 40))
        #expect(try peer.read() == handshake.exportFinal(label: "interop", count: 40))
        var records = try handshake.recordLayer()
        #expect(try records.open(peer.read()).plaintext == Array("record of the peer".utf8))
    }
}
