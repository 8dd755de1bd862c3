/// Metrics in Prometheus' text format, read by another reader than the one that wrote them knows of.
struct Metrics {
    /// Values by series, as in `name{label="value"}`.
    let values: [String: Double]
    /// By the name of a metric.
    let types: [String: String]

    init(_ text: String) throws {
        var (values, types) = ([String: Double](), [String: String]())
        for line in text.split(separator: "\n") {
            if line.hasPrefix("# HELP ") { continue }
            if line.hasPrefix("# TYPE ") {
                let words = line.split(separator: " ")
                guard words.count == 4, types[String(words[2])] == nil else { throw Failure("wrong: \(line)") }
                types[String(words[2])] = String(words[3])
                continue
            }
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]),
                line.wholeMatch(of: /[a-z_][a-z0-9_]*(\{[a-z_]+="[^"\\]*"\})? [^ ]+/) != nil,
                values[String(line[..<space])] == nil
            else { throw Failure("no metric: \(line)") }
            values[String(line[..<space])] = value
        }
        self.values = values
        self.types = types
    }

    subscript(series: String) -> Double? { values[series] }

    /// The names of all metrics, without labels and what histograms append.
    var names: Set<String> {
        Set(
            values.keys.map { series in
                let name = String(series.prefix { $0 != "{" })
                let base = ["_bucket", "_sum", "_count"].first { name.hasSuffix($0) }.map { name.dropLast($0.count) }
                return base.map(String.init).flatMap { types[$0] == "histogram" ? $0 : nil } ?? name
            })
    }
}
