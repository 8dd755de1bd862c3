/// How far files are that are pasted.
public struct PasteProgress: Hashable, Sendable {
    /// Bytes that are on this side's disk, or were handed to the path.
    public internal(set) var bytes: UInt64
    /// All of them.
    public internal(set) var size: UInt64
}
