import Foundation
import Rendezvous
import SecureChannel
import WireFormat

/// What a peer shows to meet the other one of its session again: which session it is, on which side of it, on what terms,
/// and until when.
///
/// The server keeps none of it, so that one with the same secret, or started anew with it, knows the session too.
struct SessionTicket {
    private static let version: UInt8 = 1
    private static let headCount = 2 + SessionIdentifier.byteCount + 8
    /// Of a session without a limit: it goes on for as long as it likes, but nobody meets by its tickets for ever.
    private static let usualSeconds: Int64 = 7 * 86_400

    let session: [UInt8]
    let isHost: Bool
    let terms: SessionTerms
    /// Seconds since 1970.
    let endsAt: Int64

    init(_ session: SessionIdentifier, isHost: Bool, _ terms: SessionTerms, now: Date) {
        self.session = session.bytes
        self.isHost = isHost
        self.terms = terms
        let seconds = terms.timeLimit.map { ($0 + RendezvousServer.permitPatience).nanoseconds / 1_000_000_000 }
        endsAt = Int64(now.timeIntervalSince1970) + (seconds ?? Self.usualSeconds)
    }

    /// - Returns: nil for bytes that were not sealed with this key.
    init?(_ bytes: [UInt8], key: TicketKey) {
        guard let content = key.open(bytes.span), content.count > Self.headCount, content[0] == Self.version,
            content[1] <= 1
        else { return nil }
        let rest = Array(content[Self.headCount...])
        guard let terms = SessionTerms(decoding: rest.span) else { return nil }
        isHost = content[1] == 1
        session = Array(content[2..<2 + SessionIdentifier.byteCount])
        self.terms = terms
        let end = content[(Self.headCount - 8)..<Self.headCount].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        endsAt = Int64(clamping: end)
    }

    /// Whether the two are those of one session's peers.
    func meets(_ other: SessionTicket) -> Bool {
        isHost != other.isHost && session == other.session && terms == other.terms && endsAt == other.endsAt
    }

    func sealed(with key: TicketKey) -> [UInt8] {
        let end = UInt64(clamping: endsAt)
        let number = (0..<8).map { UInt8(truncatingIfNeeded: end >> UInt64(56 - 8 * $0)) }
        return key.seal([Self.version, isHost ? 1 : 0] + session + number + terms.encoded)
    }
}
