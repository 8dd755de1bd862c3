/// A line of a population's text, split into fields.
struct PopulationLine {
    private let fields: [Substring]
    private let line: Int

    init(_ line: Substring, _ number: Int) {
        fields = line.split(separator: "\t", maxSplits: 16, omittingEmptySubsequences: false)
        self.line = number
    }

    var kind: String { text(0) }

    func expect(fields count: Int) throws(PopulationError) {
        guard fields.count == count else { throw error("\(fields.count) fields instead of \(count)") }
    }

    func text(_ field: Int) -> String { field < fields.count ? String(fields[field]) : "" }

    func number(_ field: Int, in range: ClosedRange<Double>) throws(PopulationError) -> Double {
        guard let value = Double(text(field)), range.contains(value) else {
            throw error("'\(text(field))' is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func choice<Value>(_ field: Int, _ choices: [(String, Value)]) throws(PopulationError) -> Value {
        for (name, value) in choices where name == text(field) { return value }
        throw error("'\(text(field))' is none of \(choices.map(\.0).joined(separator: ", "))")
    }

    func error(_ reason: String) -> PopulationError { PopulationError(line: line, reason: reason) }
}
