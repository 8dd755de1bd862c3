import Foundation
import SecureChannel

/// What is asked of an audit trail.
struct AuditQuery: Sendable {
    /// A HOST-ID, a room's number, or an address with or without its port.
    var host: String?
    var session: String?
    var events: Set<AuditRecord.Kind> = []
    var since: Date?
    var until: Date?

    /// Sessions that the host was met in: their later records do not name it.
    private var sessions: Set<String> = []

    init(
        host: String? = nil, session: String? = nil, events: Set<AuditRecord.Kind> = [], since: Date? = nil,
        until: Date? = nil
    ) {
        self.host = host
        self.session = session
        self.events = events
        self.since = since
        self.until = until
    }

    /// Whether a record is asked for; hand over all, the oldest first.
    mutating func takes(_ record: AuditRecord) -> Bool {
        if let host {
            let isNamed = Self.names(host, record)
            if isNamed, let session = record.session { sessions.insert(session) }
            guard isNamed || record.session.map(sessions.contains) == true else { return false }
        }
        if let session, record.session != session { return false }
        if !events.isEmpty, !events.contains(record.event) { return false }
        if let since, record.time < since { return false }
        if let until, record.time >= until { return false }
        return true
    }

    private static func names(_ host: String, _ record: AuditRecord) -> Bool {
        if let venue = record.venue, venue == host || venue == "host \(host)" || venue == "room \(host)" {
            return true
        }
        guard let address = record.hostAddress else { return false }
        return address == host || address.hasPrefix("\(host):") || address.hasPrefix("[\(host)]:")
    }
}
