/// Finds by how many rows a picture was scrolled: hashes of rows, in a few strips, are looked up among the old ones.
///
/// Rows of text that look alike in places stand out as wholes, and looking up a row costs hardly more than reading it.
struct RowShift {
    private static let strips = 6
    /// The order in which they are read, from the middle outwards: most edges are still.
    private static let order: [6 of Int] = [2, 3, 1, 4, 0, 5]
    /// Of a strip, in pixels.
    private static let width = 64
    /// Fewer rows that agree say nothing.
    private static let fewestVotes = 8
    private static let tableBits: UInt32 = 13

    /// One more than the row with a hash; 0 where there is none, `.max` where there are several.
    private var table = [UInt16](repeating: 0, count: 1 << Int(tableBits))
    private var hashes: [UInt32] = []
    /// By the shift in rows, `area.height` in the middle.
    private var votes: [Int32]
    private var sought = 0
    private let area: Rectangle

    /// - Parameter area: inside both pictures.
    private init(_ area: Rectangle) {
        self.area = area
        votes = [Int32](repeating: 0, count: area.height * 2)
    }

    /// The rows from the new picture to the old that most of what changed agrees on, if that is a third of it.
    static func find(in area: Rectangle, of new: PictureView, old: PictureView) -> Int? {
        guard area.width >= width, area.height > fewestVotes else { return nil }
        var shift = RowShift(area)
        for index in order.indices {
            let x = area.x + (area.width - width) * order[index] / (strips - 1)
            shift.vote(at: x, new: new, old: old)
            if shift.isSettled { break }
        }
        return shift.winner
    }

    /// The shift with most votes, and how many the next best has that is none of its neighbours.
    private var best: (shift: Int, votes: Int, others: Int) {
        var best = 0
        var others: Int32 = 0
        for index in votes.indices where votes[index] > votes[best] { best = index }
        for index in votes.indices where abs(index - best) > 1 && votes[index] > others { others = votes[index] }
        return (best - area.height, Int(votes[best]), Int(others))
    }

    private var winner: Int? {
        let best = best
        return best.votes >= Self.fewestVotes && best.votes * 3 >= sought ? best.shift : nil
    }

    /// With so many rows sought, and one result far ahead of all others or none at all, further strips change nothing.
    private static let enoughSought = 200

    private var isSettled: Bool {
        guard sought >= Self.enoughSought else { return false }
        let best = best
        return best.votes * 2 >= sought && best.votes >= best.others * 4 || best.votes * 12 <= sought
    }

    private mutating func vote(at x: Int, new: PictureView, old: PictureView) {
        remember(x, old)
        for row in 0..<area.height {
            guard let hash = new.rowHash(x: x, y: area.y + row, count: Self.width), hash != hashes[row] else {
                continue
            }
            sought += 1
            let found = Int(table[Self.slot(hash)])
            guard found > 0, found <= area.height, hashes[found - 1] == hash else { continue }
            votes[found - 1 - row + area.height] += 1
        }
    }

    private mutating func remember(_ x: Int, _ old: PictureView) {
        for slot in table.indices { table[slot] = 0 }
        hashes.removeAll(keepingCapacity: true)
        for row in 0..<area.height {
            let hash = old.rowHash(x: x, y: area.y + row, count: Self.width)
            hashes.append(hash ?? 0)
            guard let hash else { continue }
            let slot = Self.slot(hash)
            table[slot] = table[slot] == 0 ? UInt16(truncatingIfNeeded: row + 1) : .max
        }
    }

    private static func slot(_ hash: UInt32) -> Int { Int(hash >> (32 - tableBits)) }
}
