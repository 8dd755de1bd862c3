/// How far a rate moves between two runs of the same sessions.
package struct PairedMove: Hashable, Sendable {
    /// In points: hundredths of all sessions.
    package let points: Double
    /// The standard error of that, in points. Only sessions that end otherwise add to it.
    package let errorPoints: Double

    /// - Parameter differences: 1 for a session that became direct, -1 for one that ceased to be, 0 for all others.
    package init(_ differences: [Int]) {
        let count = Double(max(differences.count, 1))
        let sum = Double(differences.reduce(0, +))
        let squares = Double(differences.count { $0 != 0 })
        points = 100 * sum / count
        errorPoints = 100 * max(0, squares - sum * sum / count).squareRoot() / count
    }

    var text: String {
        let sign = points > 0 ? "+" : ""
        return "\(sign)\(Figure.tenths(points)) ±\(Figure.tenths(errorPoints))"
    }
}
