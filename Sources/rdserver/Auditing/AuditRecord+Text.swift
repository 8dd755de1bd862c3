import Foundation

extension AuditRecord {
    /// One line for people.
    var text: String {
        time.formatted(.iso8601) + " " + event.rawValue + fields.map { " \($0.name)=\($0.value)" }.joined()
    }

    /// All but the time and the event, in words.
    var fields: [(name: String, value: String)] {
        func bytes(_ count: UInt64?) -> String? { count.map { "\($0)" } }
        func number(_ value: Double?) -> String? { value.map { String(format: "%.3g", $0) } }
        let fields: [(String, String?)] = [
            ("session", session), ("venue", venue?.split(separator: " ").joined(separator: "-")), ("host", hostAddress),
            ("viewer", viewerAddress), ("source", sourceAddress), ("viewer_key", viewerKey), ("terms", terms),
            ("side", side), ("path", path),
            ("reason", reason),
            ("seconds", durationSeconds.map { String(format: "%.1f", $0) }), ("relayed", bytes(bytesRelayed)),
            ("sent", bytes(bytesSent)), ("received", bytes(bytesReceived)), ("rtt_p50_ms", number(rttP50Milliseconds)),
            ("rtt_p95_ms", number(rttP95Milliseconds)), ("ttff_ms", number(firstFrameMilliseconds)),
            ("omitted", omitted.map { "\($0)" }),
        ]
        return fields.compactMap { name, value in value.map { (name, $0) } }
    }
}
