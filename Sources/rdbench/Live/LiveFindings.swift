/// What the live suite learned beside its rows, for the comparison.
struct LiveFindings: Sendable {
    /// By path: the audit trail of the server that introduced all sessions of that kind.
    var audits: [LivePath: AuditTrailSummary] = [:]
    var deaths: [LivePath: ServerDeath] = [:]
    var sessions: [LivePath: Int] = [:]
}
