import SecureChannel
import WireFormat

/// The two record layers of a finished handshake.
struct RecordPair {
    private static let recordBytes = 1_300

    private var viewer: RecordLayer
    private var host: RecordLayer

    init(_ cipher: RecordCipher) throws {
        let ciphers = RecordCiphers(cipher)
        var random = SeededRandom(seed: 1)
        let prologue = Prologue(sessionIdentifier: [1])
        let viewerKeys = StaticKeyPair(random: &random)
        let hostKeys = StaticKeyPair(random: &random)
        var first = Handshake.initiator(
            pinned: hostKeys.publicKey, keys: viewerKeys, prologue: prologue, ciphers: ciphers, random: &random)
        var second = Handshake.responder(
            pinnedKeys: hostKeys, prologue: prologue, ciphers: ciphers, random: &random)
        let empty: [UInt8] = []
        let offer = try first.writeMessage(payload: empty.span)
        _ = try second.readMessage(offer.span)
        let answer = try second.writeMessage(payload: empty.span)
        _ = try first.readMessage(answer.span)
        viewer = try first.recordLayer()
        host = try second.recordLayer()
    }

    mutating func seal(_ plaintext: [UInt8], _ number: UInt64) -> [UInt8] {
        [UInt8](capacity: Self.recordBytes) { record in
            try? viewer.seal(plaintext.span, packetNumber: number, into: &record)
        }
    }

    mutating func open(_ record: [UInt8]) -> Int {
        [UInt8](capacity: Self.recordBytes) { plaintext in _ = try? host.open(record.span, into: &plaintext) }.count
    }
}
