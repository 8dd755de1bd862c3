/// Parts of a new picture that are, all shifted alike, parts of the old one.
public struct FoundMoves: Hashable, Sendable {
    /// From a pixel's new column to its old one.
    public var deltaX: Int
    /// From a pixel's new row to its old one.
    public var deltaY: Int
    /// Where the pixels are now, in an order in which few of them overwrite what a later one reads.
    public var areas: [Rectangle]
}
