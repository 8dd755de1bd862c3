/// What a tile's pixels were last changed by: the number of the packet that carried them, or of a move.
public enum TileEdition {
    /// The tile was never sent, or never seen.
    public static let none = UInt64.max

    /// The first number that names no packet.
    static let firstMove: UInt64 = 1 << 63

    /// The edition of a tile of which a move changed something.
    public static func moved(_ number: UInt32) -> UInt64 { firstMove | UInt64(number) }

    /// The move that made an edition; nil if a packet did, or nothing.
    public static func moveNumber(of edition: UInt64) -> UInt32? {
        edition >> 32 == firstMove >> 32 ? UInt32(truncatingIfNeeded: edition) : nil
    }
}
