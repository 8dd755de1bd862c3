import SecureChannel
import WireFormat

/// Both sides of a handshake and what they agree on.
struct Pair {
    var viewer: Handshake
    var host: Handshake
    let viewerKeys: StaticKeyPair
    let hostKeys: StaticKeyPair

    enum Pattern: CaseIterable, Sendable {
        case code
        case pinned
    }

    init(
        _ pattern: Pattern, seed: UInt64 = 1, viewerCode: String = "7-crossover-clockwork",
        hostCode: String = "7-crossover-clockwork", viewerPrologue: Prologue? = nil, hostPrologue: Prologue? = nil,
        pinned: PublicKey? = nil, viewerCiphers: RecordCiphers = .available, hostCiphers: RecordCiphers = .available
    ) throws {
        var random = SeededRandom(seed: seed)
        let prologue = Prologue(sessionIdentifier: [1, 2, 3])
        viewerKeys = StaticKeyPair(random: &random)
        hostKeys = StaticKeyPair(random: &random)
        switch pattern {
        case .code:
            guard let viewerCode = ConnectionCode(viewerCode), let hostCode = ConnectionCode(hostCode) else {
                throw HandshakeFailure.malformed
            }
            viewer = .initiator(
                code: viewerCode, keys: viewerKeys, prologue: viewerPrologue ?? prologue,
                ciphers: viewerCiphers, random: &random)
            host = .responder(
                code: hostCode, keys: hostKeys, prologue: hostPrologue ?? prologue, ciphers: hostCiphers,
                random: &random)
        case .pinned:
            viewer = .initiator(
                pinned: pinned ?? hostKeys.publicKey, keys: viewerKeys, prologue: viewerPrologue ?? prologue,
                ciphers: viewerCiphers, random: &random)
            host = .responder(
                pinnedKeys: hostKeys, prologue: hostPrologue ?? prologue, ciphers: hostCiphers, random: &random)
        }
    }

    /// Passes all messages that are left.
    mutating func complete() throws {
        var sender = viewer
        var receiver = host
        while !(sender.isFinished && receiver.isFinished) {
            let message = try sender.writeMessage(payload: [UInt8]("payload".utf8).span)
            _ = try receiver.readMessage(message.span)
            swap(&sender, &receiver)
        }
        viewer = sender.role == .initiator ? sender : receiver
        host = sender.role == .initiator ? receiver : sender
    }
}

extension Handshake {
    mutating func write(_ payload: String = "") throws(HandshakeFailure) -> [UInt8] {
        try writeMessage(payload: Array(payload.utf8).span)
    }

    mutating func read(_ message: [UInt8]) throws(HandshakeFailure) -> String {
        String(decoding: try readMessage(message.span), as: UTF8.self)
    }
}

extension RecordLayer {
    mutating func seal(_ plaintext: [UInt8], _ number: UInt64) throws(RecordFailure) -> [UInt8] {
        var failure: RecordFailure?
        let record = [UInt8](capacity: plaintext.count + maximumOverhead) { output in
            do throws(RecordFailure) {
                try seal(plaintext.span, packetNumber: number, into: &output)
            } catch { failure = error }
        }
        if let failure { throw failure }
        return record
    }

    mutating func open(_ record: [UInt8]) throws(RecordFailure) -> (number: UInt64, plaintext: [UInt8]) {
        var result: Result<UInt64, RecordFailure> = .failure(.malformed)
        let plaintext = [UInt8](capacity: record.count) { output in
            do throws(RecordFailure) {
                result = .success(try open(record.span, into: &output))
            } catch { result = .failure(error) }
        }
        return (try result.get(), plaintext)
    }
}
