/// Prometheus' text exposition format, version 0.0.4.
struct MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    enum Kind: String {
        case counter
        case gauge
    }

    private(set) var text = ""

    /// A metric with one value.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind.rawValue, help)
        line(name, [], value)
    }

    /// A metric with a value for each of a few values of one label.
    mutating func add(_ name: String, _ kind: Kind, _ help: String, label: String, _ values: [(String, Double)]) {
        begin(name, kind.rawValue, help)
        for (labelled, value) in values { line(name, [(label, labelled)], value) }
    }

    mutating func add(_ name: String, _ help: String, _ distribution: Distribution) {
        begin(name, "histogram", help)
        var sum: UInt64 = 0
        for (count, bound) in zip(distribution.counts, Distribution.bounds) {
            sum += count
            line(name + "_bucket", [("le", Self.number(bound))], Double(sum))
        }
        line(name + "_bucket", [("le", "+Inf")], Double(distribution.count))
        line(name + "_sum", [], distribution.sum)
        line(name + "_count", [], Double(distribution.count))
    }

    private mutating func begin(_ name: String, _ kind: String, _ help: String) {
        text += "# HELP \(name) \(Self.escape(help))\n# TYPE \(name) \(kind)\n"
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: Double) {
        let inner = labels.map { "\($0.0)=\"\(Self.escape($0.1, quotes: true))\"" }.joined(separator: ",")
        text += "\(name)\(inner.isEmpty ? "" : "{\(inner)}") \(Self.number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }

    private static func escape(_ text: String, quotes: Bool = false) -> String {
        text.reduce(into: "") { result, character in
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.append(character)
            }
        }
    }
}
