import Synchronization
import WireFormat

/// Datagrams that reached the wrong loop of a relay, on their way to the right one. What finds it full is dropped, as by a
/// socket's buffer.
final class Handovers: Sendable {
    struct Datagram: Sendable {
        let bytes: [UInt8]
        let path: Path
        let ecn: ECNCodepoint
        /// The loop that it reached.
        let finder: Int
        /// Which of the finder's guesses sent it here; nil if the owner had said that it wants it.
        let supposition: UInt64?
    }

    /// Longer than what any network carries; the loops' own buffers are for what the kernel joins.
    static let longest = 2_048

    private static let limit = 1_024

    private let waiting = Mutex<[Datagram]>([])

    /// - Returns: whether it is the only one: then the owner must be told.
    func add(_ datagram: Datagram) -> Bool {
        waiting.withLock { waiting in
            guard waiting.count < Self.limit else { return false }
            waiting.append(datagram)
            return waiting.count == 1
        }
    }

    func takeAll() -> [Datagram] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
