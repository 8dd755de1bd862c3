/// A part of a tile, in pixels from the tile's upper left corner.
@frozen
public struct TileArea: Hashable, Sendable {
    public var x: UInt8
    public var y: UInt8
    public var width: UInt8
    public var height: UInt8

    /// - Precondition: it lies in a tile of 16x16 pixels.
    @inlinable
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = UInt8(x)
        self.y = UInt8(y)
        self.width = UInt8(width)
        self.height = UInt8(height)
    }

    /// No pixel.
    public static let none = TileArea(x: 0, y: 0, width: 0, height: 0)
    /// Of the largest tile.
    public static let whole = TileArea(x: 0, y: 0, width: TileGrid.tileSize, height: TileGrid.tileSize)

    @inlinable
    public var isEmpty: Bool { width == 0 || height == 0 }

    public var pixelCount: Int { Int(width) * Int(height) }

    /// The smallest part that covers both; an empty one adds nothing.
    public func union(_ other: TileArea) -> TileArea {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let left = min(x, other.x)
        let top = min(y, other.y)
        return TileArea(
            x: Int(left), y: Int(top), width: Int(max(x + width, other.x + other.width) - left),
            height: Int(max(y + height, other.y + other.height) - top))
    }

    /// Where it is on the screen.
    func rectangle(in tile: Rectangle) -> Rectangle {
        Rectangle(x: tile.x + Int(x), y: tile.y + Int(y), width: Int(width), height: Int(height))
    }

    /// Whether it is a part of a tile of this size, with at least a pixel.
    func lies(in tile: Rectangle) -> Bool {
        !isEmpty && Int(x) + Int(width) <= tile.width && Int(y) + Int(height) <= tile.height
    }
}
