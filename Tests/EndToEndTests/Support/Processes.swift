import Foundation

/// What runs on this machine.
enum Processes {
    /// The processes whose command lines contain a text.
    static func naming(_ text: String) -> [pid_t] {
        all.filter { process in
            guard let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else { return false }
            return String(decoding: line, as: UTF8.self).contains(text)
        }
    }

    /// The names of a process's threads.
    static func threads(of process: pid_t) -> [String] {
        let folder = "/proc/\(process)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return threads.compactMap { FileManager.default.contents(atPath: "\(folder)/\($0)/comm") }
            .map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }

    private static var all: [pid_t] {
        ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap { pid_t($0) }
    }
}
