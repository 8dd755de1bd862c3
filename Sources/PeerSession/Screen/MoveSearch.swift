import ScreenCodec

/// When what changed is looked through for moves: not at every change of a part in which nothing was found so often, as a
/// film is.
struct MoveSearch {
    private var place = Rectangle(x: 0, y: 0, width: 0, height: 0)
    private var failures = 0
    private var pause = 0
    /// How what was found last had moved: most of what scrolls or is dragged goes on as it began.
    private(set) var expected: (x: Int, y: Int)?

    private static let leastFailures = 4
    private static let longestPause = 15

    /// - Parameter damage: all that changed.
    mutating func isWorthIt(in damage: [Rectangle]) -> Bool {
        let largest = damage.max { $0.width * $0.height < $1.width * $1.height } ?? place
        if largest != place {
            place = largest
            failures = 0
            pause = 0
        }
        guard pause == 0 else {
            pause -= 1
            return false
        }
        return true
    }

    mutating func ended(with found: FoundMoves?) {
        expected = found.map { ($0.deltaX, $0.deltaY) }
        failures = found != nil ? 0 : failures + 1
        pause = failures < Self.leastFailures ? 0 : min(failures - Self.leastFailures + 1, Self.longestPause)
    }
}
