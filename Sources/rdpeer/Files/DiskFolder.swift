import CLinux
import FileTransfer
import Glibc
import WireFormat

/// A folder of this machine that files are received into and sent from.
///
/// Everything is done relative to the folder as it was opened, by names that are single components and without following
/// links, so that nothing that somebody does to the folder meanwhile leads out of it.
struct DiskFolder: FileSystem, Sendable {
    let path: String
    private let descriptor: Int32

    /// Opens a folder.
    ///
    /// - Parameter makes: makes it, closed to others, if it is not there.
    init(_ path: String, makes: Bool) throws(FileFault) {
        if makes { try ConfigurationFolder.makeFolders(for: path + "/file") }
        descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(path: path, cannot: "use") }
        guard faccessat(descriptor, ".", W_OK, 0) == 0 || !makes else {
            throw FileFault(path: path, cannot: "write to")
        }
        self.path = path
    }

    /// It is not used any more.
    func closeFolder() { Glibc.close(descriptor) }

    func openPart(_ name: String) throws(DiskFault) -> Int32 {
        let file = openat(descriptor, name, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.fault }
        do throws(DiskFault) {
            let opened = try Self.regular(file)
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else { throw errno == EWOULDBLOCK ? .busy : Self.fault }
            // It may have got its own name between the two calls.
            var named = stat()
            guard fstatat(descriptor, name, &named, AT_SYMLINK_NOFOLLOW) == 0, named.st_ino == opened.st_ino else {
                throw .busy
            }
            return file
        } catch {
            Glibc.close(file)
            throw error
        }
    }

    func openNamed(_ name: String) throws(DiskFault) -> Int32 {
        try Self.checked(openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC))
    }

    func openPath(_ path: String) throws(DiskFault) -> Int32 { try Self.open(path) }
    func status(of file: Int32) throws(DiskFault) -> FileStatus { try Self.status(of: file) }

    func read(_ file: Int32, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8] {
        try Self.read(file, at: offset, count: count)
    }

    /// Opens a regular file anywhere.
    static func open(_ path: String, followsLink: Bool = true) throws(DiskFault) -> Int32 {
        try checked(Glibc.open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | (followsLink ? 0 : O_NOFOLLOW)))
    }

    static func status(of file: Int32) throws(DiskFault) -> FileStatus { fileStatus(try regular(file)) }

    static func fileStatus(_ status: stat) -> FileStatus {
        let nanoseconds = UInt64(bitPattern: Int64(status.st_mtim.tv_sec &* 1_000_000_000 &+ status.st_mtim.tv_nsec))
        return FileStatus(size: UInt64(max(status.st_size, 0)), version: nanoseconds ^ UInt64(status.st_ino) << 20)
    }

    static func read(_ file: Int32, at offset: UInt64, count: Int) throws(DiskFault) -> [UInt8] {
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, size in
            repeat { result = pread(file, buffer.baseAddress, count, off_t(offset)) } while result < 0 && errno == EINTR
            size = max(result, 0)
        }
        guard result >= 0 else { throw fault }
        return bytes
    }

    func write(_ bytes: Span<UInt8>, to file: Int32, at offset: UInt64) throws(DiskFault) {
        var done = 0
        while done < bytes.count {
            let count = bytes.extracting(done..<bytes.count).withUnsafeBytes { rest in
                pwrite(file, rest.baseAddress, rest.count, off_t(offset) + off_t(done))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.fault }
            done += count
        }
    }

    func truncate(_ file: Int32, to size: UInt64) throws(DiskFault) {
        guard ftruncate(file, off_t(size)) == 0 else { throw Self.fault }
    }

    func synchronize(_ file: Int32) throws(DiskFault) {
        guard fsync(file) == 0 else { throw Self.fault }
    }

    func close(_ file: Int32) { Glibc.close(file) }

    func rename(_ name: String, to newName: String) throws(DiskFault) {
        if linux_rename_exclusively(descriptor, name, newName) == 0 { return }
        // A file system that cannot rename so can mostly link, which replaces nothing either.
        guard errno == EINVAL || errno == ENOSYS else { throw Self.fault }
        guard linkat(descriptor, name, descriptor, newName, 0) == 0, unlinkat(descriptor, name, 0) == 0 else {
            throw Self.fault
        }
    }

    func remove(_ name: String) throws(DiskFault) {
        guard unlinkat(descriptor, name, 0) == 0 else { throw Self.fault }
    }

    func synchronizeFolder() throws(DiskFault) {
        guard fsync(descriptor) == 0 else { throw Self.fault }
    }

    func freeBytes() throws(DiskFault) -> UInt64 {
        var status = statvfs()
        guard fstatvfs(descriptor, &status) == 0 else { throw Self.fault }
        return UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue
    }

    func names(beginningWith prefix: String) throws(DiskFault) -> [String] {
        guard let names = FolderNames.read(descriptor) else { throw Self.fault }
        var found: [(name: String, changed: Int)] = []
        for name in names.map({ String(decoding: $0, as: UTF8.self) }) {
            var status = stat()
            guard name.hasPrefix(prefix), fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            found.append((name, status.st_mtim.tv_sec))
        }
        return found.sorted { ($0.changed, $0.name) < ($1.changed, $1.name) }.map(\.name)
    }

    private static func checked(_ file: Int32) throws(DiskFault) -> Int32 {
        guard file >= 0 else { throw fault }
        do throws(DiskFault) {
            _ = try regular(file)
            return file
        } catch {
            Glibc.close(file)
            throw error
        }
    }

    private static func regular(_ file: Int32) throws(DiskFault) -> stat {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        return status
    }

    /// What the last call's `errno` means.
    private static var fault: DiskFault {
        switch errno {
        case ENOENT: .notFound
        case EEXIST: .exists
        case ELOOP, EISDIR, ENXIO: .notRegular
        case ENOSPC, EDQUOT, EFBIG: .noSpace
        case let code: .failed(code: code)
        }
    }
}

extension DiskFolder {
    /// Makes a file there and takes it away again: the rights alone do not tell whether that works.
    static func checkWritable(_ path: String) throws(FileFault) {
        let folder = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw FileFault(path: path, cannot: "write to") }
        defer { Glibc.close(folder) }
        let name = ".\(UInt64.random(in: 0 ... .max)).beeline"
        let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw FileFault(path: path, cannot: "write to") }
        Glibc.close(file)
        unlinkat(folder, name, 0)
    }

    /// The same place, whatever the working directory is later.
    static func absolute(_ path: String) throws(FileFault) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { throw FileFault(path: path, cannot: "find") }
        defer { free(current) }
        return "\(String(cString: current))/\(path)"
    }
}
