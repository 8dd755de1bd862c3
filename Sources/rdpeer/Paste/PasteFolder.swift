import FileTransfer
import Glibc
import WireFormat

/// The disk as pastes see it: what was copied here is opened by the name under which it travels, and what comes from the
/// other side goes into the session's own folder. No name leads anywhere else.
struct PasteFolder: FileSystem {
    let sources: PasteSources

    private func folder() throws(DiskFault) -> DiskFolder {
        guard let folder = sources.folder else { throw .notFound }
        return folder
    }

    func openNamed(_ name: String) throws(DiskFault) -> Int32 {
        guard let source = sources.source(of: name) else { return try folder().openNamed(name) }
        let file = try DiskFolder.open(source.path, followsLink: !source.isInFolder)
        do throws(DiskFault) {
            guard try DiskFolder.status(of: file) == source.status else { throw .changed }
            return file
        } catch {
            close(file)
            throw error
        }
    }

    func openPath(_ path: String) throws(DiskFault) -> Int32 { throw .notFound }

    func openPart(_ name: String) throws(DiskFault) -> Int32 { try folder().openPart(name) }
    func status(of file: Int32) throws(DiskFault) -> FileStatus { try DiskFolder.status(of: file) }

    func read(_ file: Int32, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8] {
        try DiskFolder.read(file, at: offset, count: count)
    }

    func write(_ bytes: Span<UInt8>, to file: Int32, at offset: UInt64) throws(DiskFault) {
        try folder().write(bytes, to: file, at: offset)
    }

    func truncate(_ file: Int32, to size: UInt64) throws(DiskFault) { try folder().truncate(file, to: size) }
    func synchronize(_ file: Int32) throws(DiskFault) { try folder().synchronize(file) }
    func close(_ file: Int32) { Glibc.close(file) }
    func rename(_ name: String, to newName: String) throws(DiskFault) { try folder().rename(name, to: newName) }
    func remove(_ name: String) throws(DiskFault) { try folder().remove(name) }
    /// Nothing: a file keeps this name until all of its paste have come and `PasteTree` gives them their own, which it syncs.
    /// Nobody finds it before, nor after a loss of power, for the folder lasts no longer than its session.
    func synchronizeFolder() {}
    func freeBytes() throws(DiskFault) -> UInt64 { try folder().freeBytes() }

    func names(beginningWith prefix: String) throws(DiskFault) -> [String] {
        try folder().names(beginningWith: prefix)
    }
}
