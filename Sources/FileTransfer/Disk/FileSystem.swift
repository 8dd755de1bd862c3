import WireFormat

/// What files are received into and sent from: one folder, and for what its owner sends, any path of his.
///
/// Names are single components; none is ever followed out of the folder, and no link is followed.
public protocol FileSystem: SendableMetatype {
    associatedtype File

    /// Opens a file of the folder to go on with it, or makes it. Nobody else may do so until it is closed.
    mutating func openPart(_ name: String) throws(DiskFault) -> File
    /// Opens a regular file of the folder to read it.
    mutating func openNamed(_ name: String) throws(DiskFault) -> File
    /// Opens a regular file anywhere to read it; links are followed, for the owner named it.
    mutating func openPath(_ path: String) throws(DiskFault) -> File
    mutating func status(of file: File) throws(DiskFault) -> FileStatus
    /// At most so many bytes; none at the file's end.
    mutating func read(_ file: File, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8]
    /// Writes all of the bytes.
    mutating func write(_ bytes: Span<UInt8>, to file: File, at offset: UInt64) throws(DiskFault)
    mutating func truncate(_ file: File, to size: UInt64) throws(DiskFault)
    /// Returns when the file's bytes would outlast a loss of power.
    mutating func synchronize(_ file: File) throws(DiskFault)
    mutating func close(_ file: File)
    /// Gives a file of the folder another name, unless something has it: then it throws `exists`.
    mutating func rename(_ name: String, to newName: String) throws(DiskFault)
    mutating func remove(_ name: String) throws(DiskFault)
    /// Returns when the folder's names would outlast a loss of power.
    mutating func synchronizeFolder() throws(DiskFault)
    /// Bytes that may still be written.
    mutating func freeBytes() throws(DiskFault) -> UInt64
    /// The names in the folder that begin in a certain way, that of the file unchanged for the longest time first.
    mutating func names(beginningWith prefix: String) throws(DiskFault) -> [String]
}
