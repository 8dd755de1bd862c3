import Foundation

/// What a server's audit trail says.
struct AuditTrailSummary: Sendable {
    /// The names of all fields that any line has, sorted.
    let fields: [String]
    /// The kinds of events, sorted.
    let events: [String]
    let lineCount: Int
    /// Payload bytes that the relay counted, summed over its allocations; nil if none was closed.
    let bytesCounted: Double?
    /// Bytes that peers said they received, in sessions that were relayed at their end.
    let bytesReportedRelayed: Double

    init(path: String) {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
        }
        var fields = Set<String>()
        for case .object(let members) in lines { fields.formUnion(members.keys) }
        self.fields = fields.sorted()
        events = Set(lines.compactMap { $0["event"]?.text }).sorted()
        lineCount = lines.count
        let counted = lines.compactMap { $0["bytes_relayed"]?.double }
        bytesCounted = counted.isEmpty ? nil : counted.reduce(0, +)
        let relayed = lines.filter { $0["reason"]?.text == "final" && $0["path"]?.text == "relayed" }
        bytesReportedRelayed = relayed.reduce(0) { $0 + ($1["bytes_received"]?.double ?? 0) }
    }
}
