/// How a tile's pixels are written. The codes are the format's.
enum TileKind: UInt8, CaseIterable {
    /// One colour.
    case solid = 0
    /// Two colours: a bitmap, each bit predicted from those left of it and above it.
    case bitmap = 1
    /// Few colours in sharp shapes: each pixel is its left or its upper neighbour, a cached colour, or a new one.
    case drawn = 2
    /// Many colours: each pixel is what its neighbours predict, or differs by a residual.
    case photo = 3
    /// 24 bits a pixel: what nothing predicts.
    case raw = 4
    /// The pixels of the tile before it in the same body.
    case repeated = 5

    /// Kept for tiles copied from pixels that the viewer is known to have, which this version never writes.
    static let reservedForCopy: UInt8 = 6
    /// Kept for coarse pictures of a tile, which this version never writes.
    static let reservedForCoarse: UInt8 = 7

    /// The bits of a code.
    static let codeBits = 3
}
