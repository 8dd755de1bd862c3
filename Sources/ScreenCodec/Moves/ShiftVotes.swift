/// How many sites were found again with each shift.
struct ShiftVotes {
    /// Fewer sites than this say nothing.
    static let fewest = 3

    /// Text has the same few letters in hundreds of places.
    private static let slotCount = 4_096

    private var shifts = [(x: Int, y: Int, count: Int)](repeating: (0, 0, 0), count: Self.slotCount)

    mutating func add(x: Int, y: Int) {
        var slot = (x &* 31 &+ y &* 1_009) & (Self.slotCount - 1)
        // Where all is taken by chance matches, further shifts do not count.
        for _ in 0..<64 {
            if shifts[slot].count == 0 || shifts[slot].x == x && shifts[slot].y == y {
                shifts[slot] = (x, y, shifts[slot].count + 1)
                return
            }
            slot = (slot + 1) & (Self.slotCount - 1)
        }
    }

    /// The shift with most votes, the shorter one of two; nil unless an eighth of the sites agree on it.
    func winner(of siteCount: Int) -> (x: Int, y: Int)? {
        var best = (x: 0, y: 0, count: 0)
        for shift in shifts where shift.count > 0 {
            let isShorter = abs(shift.x) + abs(shift.y) < abs(best.x) + abs(best.y)
            if shift.count > best.count || shift.count == best.count && isShorter { best = shift }
        }
        return best.count >= max(Self.fewest, siteCount / 8) ? (best.x, best.y) : nil
    }

    /// Whether the sites that are still to be found will hardly change who wins.
    func isClear(of siteCount: Int) -> Bool {
        var (first, second) = (0, 0)
        for shift in shifts where shift.count > second {
            if shift.count > first { (first, second) = (shift.count, first) } else { second = shift.count }
        }
        return first >= max(Self.fewest * 2, siteCount / 8) && first >= second * 3
    }
}
