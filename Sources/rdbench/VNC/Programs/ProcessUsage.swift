import Foundation

/// What a process has used so far.
struct ProcessUsage {
    /// Of all its threads that are there now.
    var processorMilliseconds = 0.0
    /// How often it went to sleep by itself, and so how often it was woken.
    var wakeUps = 0

    init(of identifier: Int32) {
        let folder = "/proc/\(identifier)/task"
        for task in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
            // Nanoseconds on a processor, nanoseconds waiting for one, time slices.
            if let text = try? String(contentsOfFile: "\(folder)/\(task)/schedstat", encoding: .utf8),
                let nanoseconds = text.split(separator: " ").first.flatMap({ Double($0) })
            {
                processorMilliseconds += nanoseconds / 1e6
            }
            let status = (try? String(contentsOfFile: "\(folder)/\(task)/status", encoding: .utf8)) ?? ""
            let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
            wakeUps += line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0
        }
    }

    /// What a process has in memory now.
    static func residentBytes(of identifier: Int32) -> Int {
        let text = (try? String(contentsOfFile: "/proc/\(identifier)/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * Int(getpagesize())
    }
}
