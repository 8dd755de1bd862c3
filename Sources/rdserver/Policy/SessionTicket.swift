import Foundation
import Rendezvous
import SecureChannel

/// What a peer shows to meet the other one of its session again: which session it is, on what terms, and until when.
///
/// The server keeps none of it, so that one with the same secret, or started anew with it, knows the session too.
struct SessionTicket: Equatable {
    private static let version: UInt8 = 1
    private static let headCount = 1 + SessionIdentifier.byteCount + 8

    let session: [UInt8]
    let terms: SessionTerms
    /// Seconds since 1970; nil for a session without a limit.
    let endsAt: Int64?

    init(_ session: SessionIdentifier, _ terms: SessionTerms, now: Date) {
        self.session = session.bytes
        self.terms = terms
        endsAt = terms.timeLimit.map {
            Int64(now.timeIntervalSince1970) + $0.nanoseconds / 1_000_000_000 + PolicyDesk.patienceSeconds
        }
    }

    /// - Returns: nil for bytes that were not sealed with this key.
    init?(_ bytes: [UInt8], key: TicketKey) {
        guard let content = key.open(bytes.span), content.count > Self.headCount, content[0] == Self.version else {
            return nil
        }
        let rest = Array(content[Self.headCount...])
        guard let terms = SessionTerms(decoding: rest.span) else { return nil }
        session = Array(content[1..<1 + SessionIdentifier.byteCount])
        self.terms = terms
        let end = content[(Self.headCount - 8)..<Self.headCount].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        endsAt = end == 0 ? nil : Int64(clamping: end)
    }

    func sealed(with key: TicketKey) -> [UInt8] {
        let end = UInt64(clamping: endsAt ?? 0)
        let number = (0..<8).map { UInt8(truncatingIfNeeded: end >> UInt64(56 - 8 * $0)) }
        return key.seal([Self.version] + session + number + terms.encoded)
    }
}
