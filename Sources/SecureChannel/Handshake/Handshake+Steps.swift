import WireFormat

/// What each message does to the exchange; the state changes only when all of it went well.
extension Handshake {
    static func write(
        _ payload: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard payload.count <= maximumMessageSize else { throw .malformed }
        do { return try exchange.noise.writeMessage(payload) } catch { throw HandshakeFailure(error) }
    }

    /// Messages 1 and 2 have one byte in front of their payload: the ciphers that the viewer has, and the one that the
    /// host has chosen.
    static func write(
        _ payload: Span<UInt8>, behind byte: UInt8, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard payload.count <= maximumMessageSize else { throw .malformed }
        let framed = [byte] + payload.copied()
        return try write(framed.span, with: &exchange)
    }

    static func read(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        do { return try exchange.noise.readMessage(message) } catch { throw HandshakeFailure(error) }
    }

    static func readFirst(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        let hasShare = exchange.pake != nil
        guard message.count >= (hasShare ? CPace.shareCount : 0) else { throw .malformed }
        let payload = try read(message.extracting((hasShare ? CPace.shareCount : 0)..<message.count), with: &exchange)
        guard let offered = payload.first else { throw .malformed }
        exchange.cipher = exchange.ciphers.intersection(RecordCiphers(rawValue: offered)).best
        if hasShare {
            try exchange.mixCode(peerShare: message.extracting(0..<CPace.shareCount).copied(), role: .responder)
        }
        return Array(payload.dropFirst())
    }

    static func readSecond(
        _ message: Span<UInt8>, with exchange: inout Exchange, role: HandshakeRole
    ) throws(HandshakeFailure) -> [UInt8] {
        let payload = try readSealedSecond(message, with: &exchange, role: role)
        // The message is authentic, so a cipher that was not offered is the host's own mistake, and nobody's attack.
        guard let cipher = payload.first.flatMap(RecordCipher.init), exchange.ciphers.contains(RecordCiphers(cipher))
        else { throw .malformed }
        exchange.cipher = cipher
        return Array(payload.dropFirst())
    }

    private static func readSealedSecond(
        _ message: Span<UInt8>, with exchange: inout Exchange, role: HandshakeRole
    ) throws(HandshakeFailure) -> [UInt8] {
        guard exchange.pake != nil else { return try read(message, with: &exchange) }
        guard message.count >= CPace.shareCount else { throw .malformed }
        try exchange.mixCode(peerShare: message.extracting(0..<CPace.shareCount).copied(), role: role)
        do {
            return try exchange.noise.readMessage(message.extracting(CPace.shareCount..<message.count))
        } catch {
            throw error == .payloadNotAuthentic ? .wrongCode : HandshakeFailure(error)
        }
    }

    static func afterMessageTwo(_ exchange: Exchange) throws(HandshakeFailure) -> State {
        let early = Exporter(at: "after message two", of: exchange.noise)
        return exchange.noise.isFinished ? try finish(exchange, early) : .messageTwo(exchange, early)
    }

    static func finish(_ exchange: Exchange, _ early: Exporter) throws(HandshakeFailure) -> State {
        guard exchange.noise.isFinished, let peerKey = exchange.noise.remoteKey, let cipher = exchange.cipher else {
            throw .unexpected
        }
        let (initiatorSecret, responderSecret) = exchange.noise.split()
        return .finished(
            Completion(
                peerKey: peerKey, cipher: cipher, early: early,
                final: Exporter(at: "after the last message", of: exchange.noise),
                initiatorSecret: initiatorSecret, responderSecret: responderSecret))
    }
}
