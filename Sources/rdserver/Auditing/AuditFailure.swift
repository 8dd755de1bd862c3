/// Why there is no audit trail.
struct AuditFailure: Error, CustomStringConvertible {
    let path: String
    let reason: String

    var description: String {
        "The audit trail \(path) cannot be opened: \(reason). Name a file of its own in a folder that exists and is yours."
    }
}
