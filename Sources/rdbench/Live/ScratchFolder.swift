import Foundation
import Synchronization

/// A folder for the files of one run, gone when it is over.
final class ScratchFolder {
    private static let paths = Mutex<Set<String>>([])

    let path: String

    init() throws {
        let path = NSTemporaryDirectory() + "/rdbench-\(getpid())-\(UUID().uuidString.prefix(8))"
        self.path = path
        Self.paths.withLock { _ = $0.insert(path) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
        Self.paths.withLock { _ = $0.remove(path) }
    }

    /// Removes all that are left: a process that a signal ends has no other moment for it.
    static func removeAll() {
        for path in paths.withLock({ $0 }) { try? FileManager.default.removeItem(atPath: path) }
    }
}
