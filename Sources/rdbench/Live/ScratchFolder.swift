import Foundation

/// A folder for the files of one run, gone when it is over.
final class ScratchFolder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "/rdbench-\(getpid())-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
