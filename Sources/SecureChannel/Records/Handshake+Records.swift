extension Handshake {
    /// The record layer of a finished handshake. Make one per handshake: two would seal under the same keys and numbers.
    ///
    /// - Parameters:
    ///   - local: the identifier that records to this side carry; nil derives one of 4 bytes from the handshake.
    ///   - remote: the identifier that records to the peer carry; nil derives the peer's.
    public func recordLayer(
        local: ConnectionIdentifier? = nil, remote: ConnectionIdentifier? = nil,
        packetsPerKey: UInt64 = RecordLayer.packetsPerKeyByDefault
    ) throws(HandshakeFailure) -> RecordLayer {
        let completion = try completion()
        let isInitiator = role == .initiator
        let ownIdentifier = try connectionIdentifier(of: role)
        let peerIdentifier = try connectionIdentifier(of: isInitiator ? .responder : .initiator)
        return RecordLayer(
            sendingSecret: isInitiator ? completion.initiatorSecret : completion.responderSecret,
            receivingSecret: isInitiator ? completion.responderSecret : completion.initiatorSecret,
            cipher: completion.cipher,
            local: local ?? ownIdentifier,
            remote: remote ?? peerIdentifier,
            packetsPerKey: packetsPerKey)
    }

    /// The identifier that records to a side carry unless another is agreed upon; known from message 2 on, so that
    /// early records find their session.
    public func connectionIdentifier(of side: HandshakeRole) throws(HandshakeFailure) -> ConnectionIdentifier {
        let label = side == .initiator ? "connection identifier, initiator" : "connection identifier, responder"
        let value = try export(label: label, count: 4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return ConnectionIdentifier(value, count: 4)
    }
}
