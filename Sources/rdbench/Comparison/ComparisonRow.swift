/// One row of "relay against peer-to-peer": something users ask of a vendor, measured for both.
struct ComparisonRow: Sendable {
    var subject: String
    var relayed: String
    var direct: String
    /// How it was measured.
    var method: String
    var measures: [String: JSONValue] = [:]

    var json: JSONValue {
        var members = measures
        members["subject"] = .string(subject)
        members["relayed"] = .string(relayed)
        members["direct"] = .string(direct)
        members["method"] = .string(method)
        return .object(members)
    }
}
