import Glibc
import WireFormat

/// The clock of the real programs: `CLOCK_BOOTTIME`, which runs on while the machine sleeps, so that a session that
/// was asleep too long knows it.
public enum BootClock {
    /// Nanoseconds since the machine started.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
