/// Whether what changed moved by a shift that is expected: rows of a few strips tell, before much is read.
struct ShiftCheck {
    private static let strips = 6
    /// The order in which they are read, from the middle outwards: most edges are still.
    private static let order: [6 of Int] = [2, 3, 1, 4, 0, 5]
    /// Of a strip, in pixels.
    private static let width = 64
    /// So many rows that changed tell; and so many that all disagree.
    private static let enough = 96
    private static let fewest = 24

    /// - Parameter area: inside both pictures.
    static func holds(_ shift: (x: Int, y: Int), in area: Rectangle, of new: PictureView, old: PictureView) -> Bool {
        let source = Rectangle(x: area.x + shift.x, y: area.y + shift.y, width: area.width, height: area.height)
        let common = source.intersection(Rectangle(x: 0, y: 0, width: old.width, height: old.height))
        let rows = common.y - shift.y..<common.bottom - shift.y
        guard common.width >= width, rows.count >= fewest else { return false }
        var changed = 0
        var agreed = 0
        for index in order.indices {
            let x = common.x - shift.x + (common.width - width) * order[index] / (strips - 1)
            for y in rows where !isEqual(new, old, x: x, y: y, shift: (0, 0)) {
                // One colour moves anywhere.
                guard new.rowHash(x: x, y: y, count: width) != nil else { continue }
                changed += 1
                agreed += isEqual(new, old, x: x, y: y, shift: shift) ? 1 : 0
                if changed >= enough { return agreed * 2 >= changed }
                if changed >= fewest, agreed * 8 < changed { return false }
            }
        }
        return changed >= fewest && agreed * 2 >= changed
    }

    private static func isEqual(
        _ new: PictureView, _ old: PictureView, x: Int, y: Int, shift: (x: Int, y: Int)
    ) -> Bool {
        for part in stride(from: x, to: x + width, by: 16) {
            if !new.rowEquals(old, x: part, y: y, otherX: part + shift.x, otherY: y + shift.y, count: 16) {
                return false
            }
        }
        return true
    }
}
