/// What a file system says of a file.
public struct FileStatus: Hashable, Sendable {
    /// In bytes.
    public var size: UInt64
    /// Another number whenever the file was changed or replaced, as far as the system can tell.
    public var version: UInt64

    public init(size: UInt64, version: UInt64) {
        self.size = size
        self.version = version
    }
}
