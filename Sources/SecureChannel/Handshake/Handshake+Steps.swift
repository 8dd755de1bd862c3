import WireFormat

/// What each message does to the exchange; the state changes only when all of it went well.
extension Handshake {
    static func write(
        _ payload: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard payload.count <= maximumMessageSize else { throw .malformed }
        do { return try exchange.noise.writeMessage(payload) } catch { throw HandshakeFailure(error) }
    }

    static func read(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        do { return try exchange.noise.readMessage(message) } catch { throw HandshakeFailure(error) }
    }

    static func readFirst(
        _ message: Span<UInt8>, with exchange: inout Exchange
    ) throws(HandshakeFailure) -> [UInt8] {
        guard exchange.pake != nil else { return try read(message, with: &exchange) }
        guard message.count >= CPace.shareCount else { throw .malformed }
        let payload = try read(message.extracting(CPace.shareCount..<message.count), with: &exchange)
        try exchange.mixCode(peerShare: message.extracting(0..<CPace.shareCount).copied(), role: .responder)
        return payload
    }

    static func readSecond(
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
        guard exchange.noise.isFinished, let peerKey = exchange.noise.remoteKey else { throw .unexpected }
        let (initiatorSecret, responderSecret) = exchange.noise.split()
        return .finished(
            Completion(
                peerKey: peerKey, early: early, final: Exporter(at: "after the last message", of: exchange.noise),
                initiatorSecret: initiatorSecret, responderSecret: responderSecret))
    }
}
