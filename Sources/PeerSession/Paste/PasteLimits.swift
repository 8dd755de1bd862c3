/// What a side takes of files that were copied on the other side, in one paste: no more is announced to it.
public struct PasteLimits: Hashable, Sendable {
    /// All files together.
    public let byteLimit: UInt64
    /// Files and folders.
    public let countLimit: UInt32

    public static let nothing = PasteLimits(byteLimit: 0, countLimit: 0)

    public init(byteLimit: UInt64, countLimit: UInt32 = UInt32(PasteListing.maximumCount)) {
        self.byteLimit = min(byteLimit, 1 << 61)
        self.countLimit = min(countLimit, UInt32(PasteListing.maximumCount))
    }

    func allows(_ listing: PasteListing) -> Bool {
        listing.byteCount <= byteLimit && listing.entries.count <= Int(countLimit)
    }
}
