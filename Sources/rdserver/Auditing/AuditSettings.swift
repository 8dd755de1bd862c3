/// How the audit trail is kept.
struct AuditSettings: Equatable, Sendable {
    var path: String
    /// From this size on it goes on in a new file; nil: never.
    var sizeLimit: UInt64?
    /// A new file each day (UTC), too.
    var isDaily: Bool
    /// Old files kept.
    var filesKept: Int
    /// So long after it was noted a record is on the disk.
    var syncMilliseconds: Int
}
