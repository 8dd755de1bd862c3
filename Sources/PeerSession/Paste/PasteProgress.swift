/// How far files are that are fetched for pasting.
public struct PasteProgress: Hashable, Sendable {
    /// Bytes that are on this side's disk.
    public internal(set) var bytes: UInt64
    /// All of them.
    public internal(set) var size: UInt64
}
