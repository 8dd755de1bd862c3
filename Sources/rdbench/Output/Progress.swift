import Foundation
import Synchronization

/// Tells on standard error how far things are: one line that is rewritten on a terminal, few lines elsewhere.
package final class Progress: Sendable {
    private struct State {
        var lastLength = 0
        var lastShown = 0.0
    }

    private static let intervalOnTerminal = 0.1
    private static let intervalElsewhere = 5.0

    private let isQuiet: Bool
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private let state = Mutex(State())

    package init(isQuiet: Bool) { self.isQuiet = isQuiet }

    /// Says something that stays.
    func note(_ text: String) {
        guard !isQuiet else { return }
        state.withLock { state in
            clear(&state)
            write(text + "\n")
        }
    }

    /// Says how many of how many are done; not every call is shown.
    func step(_ name: String, _ done: Int, of total: Int) {
        guard !isQuiet else { return }
        state.withLock { state in
            let now = ProcessorClock.wallSeconds
            let interval = isTerminal ? Self.intervalOnTerminal : Self.intervalElsewhere
            guard now - state.lastShown >= interval else { return }
            state.lastShown = now
            clear(&state)
            let text = "\(name) \(done)/\(total)"
            write(isTerminal ? text : text + "\n")
            state.lastLength = isTerminal ? text.count : 0
        }
    }

    private func clear(_ state: inout State) {
        guard state.lastLength > 0 else { return }
        write("\r" + String(repeating: " ", count: state.lastLength) + "\r")
        state.lastLength = 0
    }

    /// Nobody may be there to read it any more.
    private func write(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data(text.utf8)) }
}
