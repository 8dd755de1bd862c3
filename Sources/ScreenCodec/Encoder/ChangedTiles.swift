/// Which tiles of a capture differ from the picture, damaged part by damaged part: what `Encoder.compare` fills in.
///
/// Its memory is kept from one capture to the next.
public struct ChangedTiles: Sendable {
    /// Of each damaged part, as far as it lies in the capture and on the screen.
    private(set) var parts: [Part] = []
    private(set) var tiles: [TileIndex] = []
    /// A bit for each tile of the screen.
    private var words: [UInt64] = []
    /// For each tile of a row of the grid, the bits in which its columns of pixels differ.
    var columns: [SIMD16<UInt32>] = []

    struct Part {
        var damage: Rectangle
        /// Of its tiles, clipped to the damage.
        var bounds = Rectangle(x: 0, y: 0, width: 0, height: 0)
        /// Which of the tiles.
        var range: Range<Int>
    }

    public init() {}

    public var isEmpty: Bool { tiles.isEmpty }

    /// How many damaged parts there are.
    public var partCount: Int { parts.count }

    mutating func begin(_ grid: TileGrid) {
        parts.removeAll(keepingCapacity: true)
        let count = (grid.tileCount + 63) / 64
        if words.count == count {
            for tile in tiles { words[Int(tile >> 6)] = 0 }
        } else {
            words = [UInt64](repeating: 0, count: count)
        }
        tiles.removeAll(keepingCapacity: true)
        if columns.count != grid.columns { columns = [SIMD16<UInt32>](repeating: .zero, count: grid.columns) }
    }

    mutating func beginPart(_ damage: Rectangle) {
        parts.append(Part(damage: damage, range: tiles.count..<tiles.count))
    }

    /// - Parameter area: the tile's pixels in the last part.
    mutating func append(_ tile: TileIndex, _ area: Rectangle) {
        tiles.append(tile)
        words[Int(tile >> 6)] |= 1 << UInt64(tile & 63)
        let last = parts.count - 1
        parts[last].range = parts[last].range.lowerBound..<tiles.count
        parts[last].bounds = parts[last].bounds.union(area)
    }

    func contains(_ tile: TileIndex) -> Bool { words[Int(tile >> 6)] & (1 << UInt64(tile & 63)) != 0 }

    /// Where to look for what moved.
    var searched: Rectangle { Self.searched(parts.map(\.bounds)) }

    /// All that changed where it is close together, else the largest part of it.
    static func searched(_ parts: [Rectangle]) -> Rectangle {
        var bounds = Rectangle(x: 0, y: 0, width: 0, height: 0)
        var largest = bounds
        var pixels = 0
        for part in parts where !part.isEmpty {
            bounds = bounds.union(part)
            pixels += part.width * part.height
            if part.width * part.height > largest.width * largest.height { largest = part }
        }
        return bounds.width * bounds.height > pixels * 4 ? largest : bounds
    }
}
