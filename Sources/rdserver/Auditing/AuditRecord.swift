import Foundation

/// One line of the audit trail: what happened, never what was said.
struct AuditRecord: Codable, Sendable {
    enum Kind: String, Codable, CaseIterable, Sendable {
        /// A host waits.
        case opened
        case closed
        /// A viewer and a host were introduced.
        case met
        case answered
        /// A peer told the figures of its session.
        case reported
        /// A relay was allocated to one side of a session.
        case relayStarted = "relay_started"
        /// Its client came from another address and kept it.
        case relayMoved = "relay_moved"
        case relayEnded = "relay_ended"
        /// The session's signaling is over.
        case ended
        case refused
    }

    var time = Date()
    var event: Kind
    var session: String?
    var venue: String?
    var hostAddress: String?
    var viewerAddress: String?
    /// Where a report of a session came from.
    var sourceAddress: String?
    /// The viewer's HOST-ID, where a policy had it proven.
    var viewerKey: String?
    /// What a policy held the session to.
    var terms: String?
    var side: String?
    var path: String?
    var reason: String?
    var durationSeconds: Double?
    var bytesRelayed: UInt64?
    var bytesSent: UInt64?
    var bytesReceived: UInt64?
    var bytesSignaled: Int?
    var rttP50Milliseconds: Double?
    var rttP95Milliseconds: Double?
    var firstFrameMilliseconds: Double?
    /// So many more were refused, of too many to be recorded one by one.
    var omitted: Int?

    init(_ event: Kind) { self.event = event }

    enum CodingKeys: String, CodingKey {
        case time, event, session, venue, side, path, reason, terms, omitted
        case hostAddress = "host_address"
        case viewerAddress = "viewer_address"
        case sourceAddress = "source_address"
        case viewerKey = "viewer_key"
        case durationSeconds = "duration_s"
        case bytesRelayed = "bytes_relayed"
        case bytesSent = "bytes_sent"
        case bytesReceived = "bytes_received"
        case bytesSignaled = "bytes_signaled"
        case rttP50Milliseconds = "rtt_p50_ms"
        case rttP95Milliseconds = "rtt_p95_ms"
        case firstFrameMilliseconds = "ttff_ms"
    }
}
