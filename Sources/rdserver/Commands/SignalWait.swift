import Foundation

/// Waits for one of some signals, which no longer end the process by themselves.
struct SignalWait {
    private let set: sigset_t

    /// Blocks the signals for this thread and those it starts: make it before any other thread.
    init(_ signals: [Int32]) {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
        self.set = set
    }

    /// - Returns: the signal that came.
    func wait() -> Int32 {
        var set = set
        var signal: Int32 = 0
        sigwait(&set, &signal)
        return signal
    }
}
