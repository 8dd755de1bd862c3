import Foundation

/// The file that the audit trail goes on in, and its turning into an old one.
///
/// Old files are numbered upwards and never renamed again, so that whatever moment the process is killed at, there is
/// each record once.
struct AuditFile: ~Copyable {
    private let settings: AuditSettings
    private var descriptor: Int32
    private(set) var size: UInt64
    /// The day (UTC, counted from 1970) of the file's first record; nil as long as it has none.
    private var day: Int64?
    /// The last line has no end.
    private(set) var isTorn: Bool

    /// Opens it, and ends a line that a crash has torn, so that it stays alone.
    init(_ settings: AuditSettings) throws(AuditFailure) {
        self.settings = settings
        descriptor = try Self.open(settings.path)
        size = UInt64(max(0, lseek(descriptor, 0, SEEK_END)))
        day = size == 0 ? nil : Self.modificationDay(descriptor)
        isTorn = false
        if size > 0 {
            var last: UInt8 = 0
            isTorn = pread(descriptor, &last, 1, off_t(size) - 1) == 1 && last != 0x0A
        }
    }

    deinit { close(descriptor) }

    /// Whether the next record belongs into a new file.
    func isFull(before count: Int, at seconds: Int64) -> Bool {
        guard size > 0 else { return false }
        if let limit = settings.sizeLimit, size + UInt64(count) > limit { return true }
        return settings.isDaily && day != nil && day != seconds / 86_400
    }

    /// Appends whole lines.
    ///
    /// - Returns: false if not all of it could be written; a part may be.
    mutating func append(_ lines: [UInt8], at seconds: Int64) -> Bool {
        let bytes = isTorn ? [0x0A] + lines : lines
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            sent += count
        }
        size += UInt64(sent)
        if sent > 0 { isTorn = bytes[sent - 1] != 0x0A }
        if day == nil { day = seconds / 86_400 }
        return sent == bytes.count
    }

    /// - Returns: whether all that was appended is on the disk.
    func sync() -> Bool { fdatasync(descriptor) == 0 }

    /// Makes the file an old one, and begins a new one.
    mutating func rotate() throws(AuditFailure) {
        let numbers = AuditFiles.numbers(of: settings.path)
        let old = AuditFiles.path(settings.path, (numbers.last ?? 0) + 1)
        // There is none where it was renamed before and a new one could not be opened.
        guard rename(settings.path, old) == 0 || errno == ENOENT else {
            throw AuditFailure(path: settings.path, reason: String(cString: strerror(errno)))
        }
        let new = try Self.open(settings.path)
        close(descriptor)
        descriptor = new
        size = 0
        day = nil
        isTorn = false
        for number in numbers.dropLast(max(0, settings.filesKept - 1)) {
            unlink(AuditFiles.path(settings.path, number))
        }
        AuditFiles.syncFolder(of: settings.path)
    }

    private static func open(_ path: String) throws(AuditFailure) -> Int32 {
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { throw AuditFailure(path: path, reason: String(cString: strerror(errno))) }
        // One process alone turns files into old ones.
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            let reason = code == EWOULDBLOCK ? "another rdserver writes to it" : String(cString: strerror(code))
            throw AuditFailure(path: path, reason: reason)
        }
        return descriptor
    }

    private static func modificationDay(_ descriptor: Int32) -> Int64? {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int64(status.st_mtim.tv_sec) / 86_400 : nil
    }
}
