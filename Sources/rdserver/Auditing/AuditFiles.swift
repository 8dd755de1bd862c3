import Foundation

/// The files of an audit trail: FILE.1, FILE.2, ..., and FILE, which is the newest.
enum AuditFiles {
    static func path(_ base: String, _ number: UInt64) -> String { "\(base).\(number)" }

    /// The numbers of old files, the oldest first.
    static func numbers(of base: String) -> [UInt64] {
        let url = URL(fileURLWithPath: base)
        let prefix = url.lastPathComponent + "."
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder(of: base))) ?? []
        return names.filter { $0.hasPrefix(prefix) }.compactMap { name in
            UInt64(name.dropFirst(prefix.count)).flatMap { prefix + "\($0)" == name ? $0 : nil }
        }.sorted()
    }

    /// All, the oldest first.
    static func all(of base: String) -> [String] { numbers(of: base).map { path(base, $0) } + [base] }

    static func folder(of base: String) -> String { URL(fileURLWithPath: base).deletingLastPathComponent().path }

    /// Puts the names of files on the disk, too.
    static func syncFolder(of base: String) {
        let descriptor = open(folder(of: base), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
