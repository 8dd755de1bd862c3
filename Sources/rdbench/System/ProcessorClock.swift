import Foundation

/// Processor time and wall time of this process.
enum ProcessorClock {
    /// Processor time that all threads of this process have used, in nanoseconds.
    static var processNanoseconds: UInt64 { read(CLOCK_PROCESS_CPUTIME_ID) }

    /// Wall time since some start, in seconds.
    static var wallSeconds: Double { Double(read(CLOCK_MONOTONIC)) / 1e9 }

    private static func read(_ clock: clockid_t) -> UInt64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }
}
