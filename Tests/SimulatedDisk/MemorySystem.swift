import FileTransfer
import WireFormat

/// The disk as a store sees it.
public struct MemorySystem: FileSystem {
    public let disk: MemoryDisk

    public init(_ disk: MemoryDisk) { self.disk = disk }

    public func openPart(_ name: String) throws(DiskFault) -> Int {
        try disk.note(.open)
        return try disk.makePart(name)
    }

    public func openNamed(_ name: String) throws(DiskFault) -> Int {
        try disk.note(.open)
        return try disk.find(name)
    }

    public func openPath(_ path: String) throws(DiskFault) -> Int { try openNamed(path) }

    public func status(of file: Int) throws(DiskFault) -> FileStatus {
        try disk.note(.status)
        return disk.status(file)
    }

    public func read(_ file: Int, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8] {
        try disk.note(.read)
        return Array(disk.bytes(file).dropFirst(Int(offset)).prefix(count))
    }

    public func write(_ bytes: Span<UInt8>, to file: Int, at offset: UInt64) throws(DiskFault) {
        try disk.note(.write)
        let old = disk.bytes(file)
        disk.replace(file, Array(old.prefix(Int(offset))) + bytes.copied() + old.dropFirst(Int(offset) + bytes.count))
    }

    public func truncate(_ file: Int, to size: UInt64) throws(DiskFault) {
        try disk.note(.truncate)
        disk.replace(file, Array(disk.bytes(file).prefix(Int(size))))
    }

    public func synchronize(_ file: Int) throws(DiskFault) {
        try disk.note(.synchronize)
        disk.synchronize(file)
    }

    public func close(_ file: Int) {
        try? disk.note(.close)
        disk.close(file)
    }

    public func rename(_ name: String, to newName: String) throws(DiskFault) {
        try disk.note(.rename)
        try disk.rename(name, newName)
    }

    public func remove(_ name: String) throws(DiskFault) {
        try disk.note(.remove)
        disk.remove(name)
    }

    public func synchronizeFolder() throws(DiskFault) {
        try disk.note(.synchronizeFolder)
        disk.synchronizeFolder()
    }

    public func freeBytes() throws(DiskFault) -> UInt64 {
        try disk.note(.look)
        return disk.freeBytes
    }

    public func names(beginningWith prefix: String) throws(DiskFault) -> [String] {
        try disk.note(.list)
        return disk.names(prefix)
    }
}
