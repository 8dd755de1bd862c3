import Foundation
import ProgramSupport

/// What the process costs.
struct ProcessFigures: Sendable {
    var residentBytes: UInt64 = 0
    var cpuSeconds = 0.0
    var openDescriptors = 0
    var descriptorLimit = 0

    static var current: ProcessFigures {
        var result = ProcessFigures()
        if let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) {
            let pages = text.split(separator: " ").dropFirst().first.flatMap { UInt64($0) } ?? 0
            result.residentBytes = pages * UInt64(sysconf(Int32(_SC_PAGESIZE)))
        }
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        for time in [usage.ru_utime, usage.ru_stime] {
            result.cpuSeconds += Double(time.tv_sec) + Double(time.tv_usec) / 1e6
        }
        result.openDescriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
        result.descriptorLimit = DescriptorLimit.current
        return result
    }
}
