/// A viewer's picture, painted as plainly as it can be said: the oracle for what a decoder shows.
package struct NaivePicture {
    package let width: Int
    package let height: Int
    /// 24 bits each, row by row.
    package private(set) var pixels: [UInt32]
    /// What each tile was last changed by.
    package private(set) var editions: [UInt64]
    /// The versions of bodies of which a patch was left out.
    package private(set) var refused: [UInt64] = []

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt32](repeating: 0, count: width * height)
        editions = [UInt64](repeating: .max, count: (width + 15) / 16 * ((height + 15) / 16))
    }

    /// Paints the tiles of a body that is newer than all before it.
    ///
    /// - Returns: how many.
    package mutating func paint(_ body: NaiveDecoder, version: UInt64) -> Int {
        var count = 0
        for tile in body.tiles {
            if let basis = tile.basis, basis != editions[tile.index] {
                // Newer than what it builds on is what this body itself has painted.
                if editions[tile.index] != version, refused.last != version { refused.append(version) }
                continue
            }
            count += 1
            editions[tile.index] = version
            let columns = (width + 15) / 16
            for (position, pixel) in tile.pixels.enumerated() {
                let x = tile.index % columns * 16 + tile.x + position % tile.width
                let y = tile.index / columns * 16 + tile.y + position / tile.width
                pixels[y * width + x] = pixel
            }
        }
        return count
    }
}
