import Foundation

/// Processor time and wall time of this process.
enum ProcessorClock {
    /// Processor time that all threads of this process have used, in nanoseconds.
    static var processNanoseconds: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// What one reading of the process's time takes of it, at least: what is measured in microseconds is that much less.
    static let readingNanoseconds: UInt64 = (0..<1_000).reduce(UInt64.max) { least, _ in
        let start = processNanoseconds
        return min(least, processNanoseconds - start)
    }

    /// Wall time since some start, in seconds.
    static var wallSeconds: Double { Double(read(CLOCK_MONOTONIC)) / 1e9 }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
