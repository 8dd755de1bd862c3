/// What was sampled again and again, by quarters of the time.
package struct Quarters {
    static let count = 4

    private let samples: [Int]

    package init(_ samples: [Int]) { self.samples = samples }

    /// The mean of each; none if there are too few samples for that.
    package var means: [Double] {
        let size = samples.count / Self.count
        guard size > 0 else { return [] }
        return (0..<Self.count).map { quarter in
            Double(samples[quarter * size..<(quarter + 1) * size].reduce(0, +)) / Double(size)
        }
    }
}
