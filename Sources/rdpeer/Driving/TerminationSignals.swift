import Glibc
import NetworkIO

/// Signals as events: a thread waits for them, so that nothing happens in a handler.
enum TerminationSignals {
    /// What ends a program in order, and the one that asks a viewer for a picture.
    private static let numbers = [SIGINT, SIGTERM, SIGHUP, SIGUSR1]

    /// Holds the signals back in this thread and all that it starts later: call it before any other thread is there.
    static func block() {
        var set = signalSet()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Calls `handler` on a thread of its own for each signal from now on.
    static func deliver(_ handler: @escaping @Sendable (Int32) -> Void) throws(SystemFailure) {
        _ = try WorkerThread(named: "signals", isDetached: true) {
            var set = signalSet()
            while true {
                var number: Int32 = 0
                if sigwait(&set, &number) == 0 { handler(number) }
            }
        }
    }

    /// Takes a signal that has come and is held back, without waiting.
    static var isPending: Bool {
        var set = signalSet()
        var none = timespec(tv_sec: 0, tv_nsec: 0)
        return sigtimedwait(&set, nil, &none) > 0
    }

    static func signalSet() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
