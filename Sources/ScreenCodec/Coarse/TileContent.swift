/// What a tile that was written is like, for whoever decides what goes next.
public enum TileContent: Hashable, Sendable {
    /// Few colours in sharp shapes, and exact: text.
    case drawn
    /// Many colours, and exact.
    case photo
    /// A coarse picture of many colours; the exact pixels are still to come.
    case coarse
}
