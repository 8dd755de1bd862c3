import Histogram

/// Measured values, most often milliseconds, with their percentiles at three significant digits.
package struct Distribution: Sendable {
    /// The histogram counts whole numbers: thousandths of the unit.
    private static let stepsPerUnit = 1_000.0
    /// A value beyond this is counted as this: a day, in milliseconds.
    private static let largest = 86_400_000.0

    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

    package init() {}

    package init(_ values: some Sequence<Double>) {
        self.init()
        for value in values { record(value) }
    }

    /// Counts a value; negative ones count as zero, those that are no number not at all.
    package mutating func record(_ value: Double) {
        guard value.isFinite else { return }
        histogram.record(UInt64((min(max(value, 0), Self.largest) * Self.stepsPerUnit).rounded()))
    }

    /// Counts what another one has counted.
    package mutating func merge(_ other: Distribution) { histogram.add(other.histogram) }

    package var count: Int { Int(histogram.totalCount) }

    package var isEmpty: Bool { histogram.totalCount == 0 }

    package var maximum: Double { isEmpty ? 0 : Double(histogram.maxRecorded) / Self.stepsPerUnit }

    /// The value that so many percent of the recorded ones do not exceed; nil if there are none.
    package func percentile(_ percent: Double) -> Double? {
        guard !isEmpty else { return nil }
        return min(Double(histogram.valueAtPercentile(percent)) / Self.stepsPerUnit, maximum)
    }

    /// The points of the cumulative distribution: value and the share of values up to it, both rising.
    package var cumulative: [(value: Double, share: Double)] {
        var seen: UInt64 = 0
        return histogram.recordedValues().map { bucket in
            seen += bucket.count
            return (Double(bucket.value) / Self.stepsPerUnit, Double(seen) / Double(histogram.totalCount))
        }
    }

    /// `{"p50","p95","p99","max","count"}`, as readers of `rdbench/1` expect it.
    package var json: JSONValue {
        .object([
            "p50": .rounded(percentile(50) ?? 0), "p95": .rounded(percentile(95) ?? 0),
            "p99": .rounded(percentile(99) ?? 0), "max": .rounded(maximum), "count": .integer(count),
        ])
    }
}
