/// A tile's place in its grid: row by row from the upper left corner.
public typealias TileIndex = UInt32
