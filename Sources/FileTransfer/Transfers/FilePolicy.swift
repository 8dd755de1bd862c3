/// What the other side may begin. What this side begins itself is not asked here.
public struct FilePolicy: Hashable, Sendable {
    /// Whether it may send files.
    public var receives: Bool
    /// Whether it may ask for files.
    public var sends: Bool
    /// The most bytes taken, in one file and in a session's files together.
    public var byteLimit: UInt64
    /// The most files taken in a session.
    public var countLimit: Int

    /// Neither way.
    public static let off = FilePolicy(receives: false, sends: false)

    public static let usualByteLimit: UInt64 = 1 << 30

    public init(
        receives: Bool, sends: Bool, byteLimit: UInt64 = FilePolicy.usualByteLimit, countLimit: Int = 10_000
    ) {
        self.receives = receives
        self.sends = sends
        self.byteLimit = min(byteLimit, 1 << 61)
        self.countLimit = countLimit
    }
}
