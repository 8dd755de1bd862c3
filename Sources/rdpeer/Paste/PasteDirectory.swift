import Glibc

/// The folder of one session's pastes: nobody else's, and gone with the session. What a program left that was killed, the
/// next one removes.
final class PasteDirectory: Sendable {
    let path: String
    /// Locked as long as the session lasts.
    private let descriptor: Int32

    /// A folder that its owner names may have other things in it: these names are nobody else's. Nor are they another
    /// machine's that has the same folder: its locks may not be seen here.
    private static let prefix = "beeline-paste-\(ThisMachine.mark)-"
    private static let randomCount = 6

    /// - Parameter base: where such folders are.
    init(in base: String) throws(FileFault) {
        try ConfigurationFolder.makeFolders(for: base + "/paste")
        // Between its making and its locking another program may take it for abandoned.
        for _ in 0..<3 {
            var template = Array("\(base)/\(Self.prefix)\(String(repeating: "X", count: Self.randomCount))".utf8CString)
            guard mkdtemp(&template) != nil else { throw FileFault(path: base, cannot: "make a folder in") }
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            let folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard folder >= 0 else {
                rmdir(path)
                continue
            }
            var status = stat()
            if flock(folder, LOCK_EX | LOCK_NB) == 0, fstat(folder, &status) == 0, status.st_nlink > 0 {
                self.path = path
                descriptor = folder
                return
            }
            close(folder)
            rmdir(path)
        }
        throw FileFault("cannot keep a folder of pasted files in \(base)")
    }

    func remove() {
        PasteTree.removeContents(of: descriptor)
        rmdir(path)
        close(descriptor)
    }

    func with<Result>(_ body: (Int32) -> Result) -> Result { body(descriptor) }

    /// Removes what programs left that were killed, which takes as long as there is much of it.
    static func removeAbandoned(in base: String) {
        let folder = open(base, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        defer { close(folder) }
        let length = prefix.utf8.count + randomCount
        for name in PasteTree.names(in: folder) where name.hasPrefix(prefix) && name.utf8.count == length {
            let other = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard other >= 0 else { continue }
            var status = stat()
            let isOwn = fstat(other, &status) == 0 && status.st_uid == geteuid() && status.st_mode & 0o7777 == 0o700
            if isOwn, flock(other, LOCK_EX | LOCK_NB) == 0 { PasteTree.remove(name, in: folder) }
            close(other)
        }
    }
}
