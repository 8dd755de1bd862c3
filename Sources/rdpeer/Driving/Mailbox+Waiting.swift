import Glibc
import NetworkIO

extension Mailbox {
    /// Leaves a closure for the loop's next turn, in order, whatever waits already: it is full for a moment at most, since its
    /// loop empties it each turn.
    func postWaiting(_ task: @escaping Task) {
        while !post(task) { usleep(1_000) }
    }
}
