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
    /// Noise: no pixel is expected to be what its neighbours predict.
    case grain = 6
    /// A coarse picture: what the eye sees first, in a tenth of the bytes; the exact pixels follow. Its error is never more
    /// than `CoarseQuality.lowest` allows.
    case coarse = 7

    /// The bits of a code.
    static let codeBits = 3
    static let codeCount = 1 << codeBits

    /// What the tile's pixels are like, where this says it.
    var content: TileContent? {
        switch self {
        case .solid, .bitmap, .drawn: .drawn
        case .photo, .grain, .raw: .photo
        case .coarse: .coarse
        case .repeated: nil
        }
    }
}
