import CLinux
import Glibc
import WireFormat

/// What an epoll instance reports, each descriptor with a number that its owner chose.
final class Poller {
    struct Readiness: OptionSet {
        let rawValue: UInt32
        static let readable = Readiness(rawValue: EPOLLIN.rawValue)
        static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
        static let failed = Readiness(rawValue: EPOLLERR.rawValue | EPOLLHUP.rawValue)
    }

    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>
    private static let capacity = 64
    private var hasNanoseconds = true

    init() throws(SystemFailure) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw SystemFailure("epoll_create1") }
        events = .allocate(capacity: Self.capacity)
        events.initialize(repeating: epoll_event(), count: Self.capacity)
    }

    deinit {
        Glibc.close(descriptor)
        events.deallocate()
    }

    func add(_ watched: Int32, _ readiness: Readiness, number: UInt64) throws(SystemFailure) {
        var event = epoll_event()
        event.events = readiness.rawValue
        event.data.u64 = number
        guard epoll_ctl(descriptor, EPOLL_CTL_ADD, watched, &event) == 0 else { throw SystemFailure("epoll_ctl") }
    }

    func remove(_ watched: Int32) {
        var event = epoll_event()
        _ = epoll_ctl(descriptor, EPOLL_CTL_DEL, watched, &event)
    }

    /// Waits for an event, at most `timeout` (nil: for ever).
    ///
    /// - Returns: how many events `event(_:)` now holds.
    func wait(atMost timeout: Interval?) -> Int {
        let count = hasNanoseconds ? waitNanoseconds(timeout) : waitMilliseconds(timeout)
        if count < 0, errno == ENOSYS, hasNanoseconds {
            hasNanoseconds = false
            return wait(atMost: timeout)
        }
        return Int(max(0, count))
    }

    func event(_ index: Int) -> (number: UInt64, readiness: Readiness) {
        (events[index].data.u64, Readiness(rawValue: events[index].events))
    }

    private func waitNanoseconds(_ timeout: Interval?) -> Int32 {
        guard let timeout else { return linux_epoll_pwait2(descriptor, events, Int32(Self.capacity), nil) }
        let nanoseconds = max(0, timeout.nanoseconds)
        var time = timespec(
            tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        return linux_epoll_pwait2(descriptor, events, Int32(Self.capacity), &time)
    }

    /// Before Linux 5.11; rounded up, as waking too early would be waking twice.
    private func waitMilliseconds(_ timeout: Interval?) -> Int32 {
        let milliseconds = timeout.map { Int32(clamping: (max(.zero, $0).nanoseconds + 999_999) / 1_000_000) }
        return epoll_wait(descriptor, events, Int32(Self.capacity), milliseconds ?? -1)
    }
}
