/// Places of a new picture that stand out, by which to know it again in the old one.
///
/// A site is 32 pixels wide and three rows high. It is looked up by eight neighbouring pixels, at four places, so
/// that the old picture need be looked at only in every fourth column.
struct MoveSites {
    static let width = 32
    /// The rows of a site that are compared, from its first.
    static let rows: [3 of Int] = [0, 2, 5]
    static let height = 6
    private static let columnsOfBlocks = 8
    private static let rowsOfBlocks = 8
    /// Where in each block of the picture a site is sought: in so many of its rows.
    private static let rowsTried = 12

    private(set) var places: [(x: Int, y: Int)] = []
    /// Which hashes a site has.
    private var filter = [UInt64](repeating: 0, count: Self.filterBits / 64)
    /// One more than a site times four plus the place in it, at the hash or behind it; 0 where there is none.
    private var table = [UInt16](repeating: 0, count: 1_024)

    private static let filterBits = 16_384

    /// Chooses up to 64 places of `area` where the new picture differs from the old and from its own surroundings.
    init(in area: Rectangle, of new: PictureView, old: PictureView) {
        for block in 0..<Self.columnsOfBlocks * Self.rowsOfBlocks {
            let (row, column) = block.quotientAndRemainder(dividingBy: Self.columnsOfBlocks)
            let left = area.x + area.width * column / Self.columnsOfBlocks
            let right = area.x + area.width * (column + 1) / Self.columnsOfBlocks
            let top = area.y + area.height * row / Self.rowsOfBlocks
            let bottom = area.y + area.height * (row + 1) / Self.rowsOfBlocks
            let part = Rectangle(x: left, y: top, width: right - left, height: bottom - top)
            if let place = Self.place(in: part, within: area, of: new, old: old) { insert(place, of: new) }
        }
    }

    private static func place(
        in part: Rectangle, within area: Rectangle, of new: PictureView, old: PictureView
    ) -> (x: Int, y: Int)? {
        let step = max(part.height / rowsTried, 1)
        let end = min(part.right, area.right - width + 1)
        for y in stride(from: part.y + step / 2, to: min(part.bottom, area.bottom - height + 1), by: step) {
            var x = part.x
            while let found = new.nextBusyPlace(y: y, from: x, to: end) {
                if !new.rowEquals(old, x: found, y: y, otherX: found, otherY: y, count: width) { return (found, y) }
                x = found + width
            }
        }
        return nil
    }

    private mutating func insert(_ place: (x: Int, y: Int), of new: PictureView) {
        for other in places where Self.equals(new, other.x, other.y, new, place.x, place.y) { return }
        let number = places.count
        places.append(place)
        for offset in 0..<4 {
            let hash = new.hash(x: place.x + offset, y: place.y)
            filter[Int(hash >> 50) / 64] |= 1 << (hash >> 50 & 63)
            var slot = Int(hash >> 54)
            while table[slot] != 0 { slot = (slot + 1) & 1_023 }
            table[slot] = UInt16(number * 4 + offset + 1)
        }
    }

    private static func equals(
        _ one: PictureView, _ x: Int, _ y: Int, _ other: PictureView, _ otherX: Int, _ otherY: Int
    ) -> Bool {
        for index in rows.indices {
            for part in stride(from: 0, to: width, by: 16) {
                let isEqual = one.rowEquals(
                    other, x: x + part, y: y + rows[index], otherX: otherX + part, otherY: otherY + rows[index],
                    count: 16)
                if !isEqual { return false }
            }
        }
        return true
    }

    /// The old picture is read in so many passes, each in one of so many rows: mostly one pass tells.
    private static let passes: [8 of Int] = [0, 4, 2, 6, 1, 5, 3, 7]

    /// The shift from the new picture to the old that most sites agree on, if enough do.
    func commonShift(new: PictureView, old: PictureView, within area: Rectangle) -> (x: Int, y: Int)? {
        guard places.count >= ShiftVotes.fewest else { return nil }
        var votes = ShiftVotes()
        var comparisons = 0
        for index in Self.passes.indices {
            let first = area.y + Self.passes[index]
            for y in stride(from: first, to: area.bottom - Self.height + 1, by: Self.passes.count) {
                var x = area.x
                while let found = old.nextCandidate(
                    y: y, from: x, to: area.right - PictureView.hashWidth + 1, filter: filter.span)
                {
                    x = found + 4
                    vote(at: found, y, new: new, old: old, votes: &votes, comparisons: &comparisons)
                    if comparisons > Self.mostComparisons { return votes.winner(of: places.count) }
                }
            }
            if votes.isClear(of: places.count) { break }
        }
        return votes.winner(of: places.count)
    }

    /// A picture full of what looks alike everywhere is not searched to its end.
    private static let mostComparisons = 60_000

    private func vote(
        at x: Int, _ y: Int, new: PictureView, old: PictureView, votes: inout ShiftVotes, comparisons: inout Int
    ) {
        let hash = old.hash(x: x, y: y)
        var slot = Int(hash >> 54)
        while table[slot] != 0 {
            let (number, offset) = Int(table[slot] - 1).quotientAndRemainder(dividingBy: 4)
            let site = places[number]
            let start = x - offset
            slot = (slot + 1) & 1_023
            guard start >= 0, start + Self.width <= old.width else { continue }
            comparisons += 1
            if Self.equals(new, site.x, site.y, old, start, y) { votes.add(x: start - site.x, y: y - site.y) }
        }
    }
}
