/// What the neighbours of a pixel have in common: the shape it is likely to continue.
enum DrawnContext {
    @inline(__always)
    static func of(_ index: Int, in tile: TileBuffer) -> Int {
        let left = tile[index &- 1]
        let above = tile[index &- tile.stride]
        let aboveLeft = tile[index &- tile.stride &- 1]
        let aboveRight = tile[index &- tile.stride &+ 1]
        let secondLeft = tile[index &- 2]
        return (left == above ? 1 : 0) | (above == aboveLeft ? 2 : 0) | (above == aboveRight ? 4 : 0)
            | (left == aboveLeft ? 8 : 0) | (left == secondLeft ? 16 : 0)
    }
}
