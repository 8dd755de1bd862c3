import WireFormat

extension SignalingMessage {
    /// Reads a message that came from the network.
    ///
    /// Throws whatever is wrong with it; nothing a peer sends traps, and no more memory is taken than the
    /// message's own length.
    public init(_ bytes: Span<UInt8>) throws(SignalingFailure) {
        guard bytes.count <= SignalingLimits.messageBytes else { throw .tooLong }
        var reader = MessageReader(bytes)
        let version = try reader.readUInt8()
        guard version == SignalingLimits.version else { throw .badVersion(version) }
        let typeByte = try reader.readUInt8()
        guard let type = MessageType(rawValue: typeByte) else { throw .unknownMessage(typeByte) }
        self = try Self.readFields(of: type, from: &reader)
        guard reader.isAtEnd else { throw .trailingBytes }
    }

    private static func readFields(
        of type: MessageType, from reader: inout MessageReader
    ) throws(SignalingFailure) -> SignalingMessage {
        switch type {
        case .openRoom: .openRoom(RoomNumber(try reader.readUInt32()), token: try reader.readToken())
        case .register:
            if case .host(let host) = try reader.readVenue() { .register(host) } else { throw .malformed }
        case .proof: .proof(try reader.readBytes(limit: SignalingLimits.proofBytes))
        case .closeRoom: .closeRoom(try reader.readReason())
        case .join: .join(try reader.readVenue(), offer: try reader.readBytes(limit: SignalingLimits.blobBytes))
        case .resume: .resume(try reader.readMeeting(), ticket: reader.isAtEnd ? [] : try reader.readTicket())
        case .report: .report(try reader.readSession(), try reader.readReport())
        case .identity: try readIdentity(from: &reader)
        case .agree: .agree(offer: try reader.readBytes(limit: SignalingLimits.blobBytes))
        case .terms: .terms(try SessionTerms(from: &reader))
        case .welcome: .welcome(heartbeatSeconds: try reader.readUInt16(), source: try reader.readAddress())
        case .challenge: .challenge(try reader.readBytes(limit: SignalingLimits.proofBytes))
        case .hosting: .hosting(try reader.readVenue(), token: try reader.readToken())
        case .standby: .standby(servers: try reader.readServers())
        case .incoming:
            .incoming(
                try reader.readSession(), offer: try reader.readBytes(limit: SignalingLimits.blobBytes),
                servers: try reader.readServers(), permit: try reader.readPermit())
        case .joined:
            .joined(try reader.readSession(), servers: try reader.readServers(), permit: try reader.readPermit())
        case .met: .met(try reader.readMeeting(), try reader.readSession(), servers: try reader.readServers())
        case .refused:
            .refused(try reader.readSubject(), try reader.readReason(), retryAfterSeconds: try reader.readUInt16())
        case .roomClosed: .roomClosed(try reader.readReason())
        case .answer: .answer(try reader.readSession(), try reader.readBytes(limit: SignalingLimits.blobBytes))
        case .trickle: .trickle(try reader.readSession(), try reader.readBytes(limit: SignalingLimits.blobBytes))
        case .leave: .leave(try reader.readSession(), try reader.readReason())
        case .ping: .ping(try reader.readUInt32())
        case .pong: .pong(try reader.readUInt32())
        }
    }

    private static func readIdentity(from reader: inout MessageReader) throws(SignalingFailure) -> SignalingMessage {
        let key = try reader.readBytes(limit: HostIdentifier.byteCount)
        let proof = try reader.readBytes(limit: SignalingLimits.proofBytes)
        if key.isEmpty, proof.isEmpty { return .identity(nil, proof: []) }
        guard let key = HostIdentifier(key) else { throw .malformed }
        return .identity(key, proof: proof)
    }
}
