import WireFormat

extension SignalingMessage {
    /// The message as bytes.
    ///
    /// Throws `tooLong` if a field or the whole exceeds `SignalingLimits`.
    public func encoded() throws(SignalingFailure) -> [UInt8] {
        guard fieldsFit else { throw .tooLong }
        let bytes = encodedFields()
        guard bytes.count <= SignalingLimits.messageBytes else { throw .tooLong }
        return bytes
    }

    private var fieldsFit: Bool {
        switch self {
        case .join(_, let blob), .answer(_, let blob), .trickle(_, let blob):
            blob.count <= SignalingLimits.blobBytes
        case .agree(let blob): blob.count <= SignalingLimits.blobBytes
        case .incoming(_, let blob, let servers, let permit):
            blob.count <= SignalingLimits.blobBytes && servers.count <= SignalingLimits.servers && Self.fits(permit)
        case .joined(_, let servers, let permit): servers.count <= SignalingLimits.servers && Self.fits(permit)
        case .standby(let servers), .met(_, _, let servers): servers.count <= SignalingLimits.servers
        case .resume(_, let ticket): ticket.count <= SignalingLimits.ticketBytes
        case .identity(let key, let proof): proof.count <= SignalingLimits.proofBytes && (key != nil || proof.isEmpty)
        case .proof(let bytes), .challenge(let bytes): bytes.count <= SignalingLimits.proofBytes
        case .openRoom(_, let token), .hosting(_, let token): token.isEmpty || token.count == SignalingLimits.tokenBytes
        default: true
        }
    }

    private static func fits(_ permit: Permit?) -> Bool { permit?.ticket.count ?? 0 <= SignalingLimits.ticketBytes }

    private func encodedFields() -> [UInt8] {
        var writer = MessageWriter(type)
        switch self {
        case .openRoom(let number, let token):
            writer.write(number?.value ?? 0)
            writer.write(token)
        case .register(let host): writer.write(.host(host))
        case .proof(let bytes), .challenge(let bytes): writer.write(bytes)
        case .closeRoom(let reason), .roomClosed(let reason): writer.write(reason.rawValue)
        case .join(let venue, let offer):
            writer.write(venue)
            writer.write(offer)
        case .resume(let meeting, let ticket):
            writer.write(meeting.bytes)
            if !ticket.isEmpty { writer.write(ticket) }
        case .identity(let key, let proof):
            writer.write(key?.bytes ?? [])
            writer.write(proof)
        case .agree(let offer): writer.write(offer)
        case .terms(let terms): writer.write(raw: terms.encoded)
        case .report(let session, let report):
            writer.write(session)
            writer.write(report)
        case .welcome(let seconds, let source):
            writer.write(seconds)
            writer.write(source)
        case .hosting(let venue, let token):
            writer.write(venue)
            writer.write(token)
        case .standby(let servers): writer.write(servers)
        case .incoming(let session, let offer, let servers, let permit):
            writer.write(session)
            writer.write(offer)
            writer.write(servers)
            writer.write(permit)
        case .joined(let session, let servers, let permit):
            writer.write(session)
            writer.write(servers)
            writer.write(permit)
        case .met(let meeting, let session, let servers):
            writer.write(meeting.bytes)
            writer.write(session)
            writer.write(servers)
        case .refused(let subject, let reason, let seconds):
            writer.write(subject)
            writer.write(reason.rawValue)
            writer.write(seconds)
        case .answer(let session, let blob), .trickle(let session, let blob):
            writer.write(session)
            writer.write(blob)
        case .leave(let session, let reason):
            writer.write(session)
            writer.write(reason.rawValue)
        case .ping(let number), .pong(let number): writer.write(number)
        }
        return writer.bytes
    }

    private var type: MessageType {
        switch self {
        case .openRoom: .openRoom
        case .register: .register
        case .proof: .proof
        case .closeRoom: .closeRoom
        case .join: .join
        case .resume: .resume
        case .report: .report
        case .identity: .identity
        case .agree: .agree
        case .terms: .terms
        case .welcome: .welcome
        case .challenge: .challenge
        case .hosting: .hosting
        case .standby: .standby
        case .incoming: .incoming
        case .joined: .joined
        case .met: .met
        case .refused: .refused
        case .roomClosed: .roomClosed
        case .answer: .answer
        case .trickle: .trickle
        case .leave: .leave
        case .ping: .ping
        case .pong: .pong
        }
    }
}
