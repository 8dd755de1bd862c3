/// How a screen is cut into tiles of 16x16 pixels; those at the right and the lower edge may be smaller.
@frozen
public struct TileGrid: Hashable, Sendable {
    /// A full tile's width and height, in pixels: 768 bytes of colour, so that even a raw one fits a datagram.
    public static let tileSize = 16

    /// The largest width or height, in pixels: what the X protocol can name.
    public static let maximumSide = 32_767

    public let width: Int
    public let height: Int
    public let columns: Int
    public let rows: Int

    /// - Precondition: both sides are 0...`maximumSide`.
    public init(width: Int, height: Int) {
        precondition(
            0...Self.maximumSide ~= width && 0...Self.maximumSide ~= height, "a screen has sides of 0 to 32,767 pixels")
        self.width = width
        self.height = height
        columns = (width + Self.tileSize - 1) / Self.tileSize
        rows = (height + Self.tileSize - 1) / Self.tileSize
    }

    public var tileCount: Int { columns * rows }

    public var pixelCount: Int { width * height }

    public var bounds: Rectangle { Rectangle(x: 0, y: 0, width: width, height: height) }

    /// The tile's pixels.
    ///
    /// - Precondition: `index` is less than `tileCount`.
    public func rectangle(of index: TileIndex) -> Rectangle {
        precondition(Int(index) < tileCount, "no such tile")
        let (row, column) = Int(index).quotientAndRemainder(dividingBy: columns)
        let x = column * Self.tileSize
        let y = row * Self.tileSize
        return Rectangle(x: x, y: y, width: min(Self.tileSize, width - x), height: min(Self.tileSize, height - y))
    }

    /// The tiles that share a pixel with `rectangle`, as columns and rows of the grid.
    public func tiles(meeting rectangle: Rectangle) -> (columns: Range<Int>, rows: Range<Int>) {
        let part = rectangle.intersection(bounds)
        guard !part.isEmpty else { return (0..<0, 0..<0) }
        let size = Self.tileSize
        return (
            part.x / size..<(part.right + size - 1) / size,
            part.y / size..<(part.bottom + size - 1) / size
        )
    }

    /// The tiles of which every pixel lies in a rectangle inside the screen.
    func tiles(whollyIn area: Rectangle) -> (columns: Range<Int>, rows: Range<Int>) {
        func whole(_ start: Int, _ end: Int, of side: Int) -> Range<Int> {
            let size = Self.tileSize
            let first = (start + size - 1) / size
            return first..<max(first, end == side ? (side + size - 1) / size : end / size)
        }
        return (whole(area.x, area.right, of: width), whole(area.y, area.bottom, of: height))
    }
}
