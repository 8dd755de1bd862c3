/// Where a workload shows that a step is drawn: a small square that changes its colour last.
package struct MarkPlace: Sendable {
    /// In the last row of a terminal of 83 rows of 13 pixels, and near the right edge.
    package static let standard = MarkPlace(x: 1_896, y: 1_068, size: 8)

    let x: Int
    let y: Int
    let size: Int
}
