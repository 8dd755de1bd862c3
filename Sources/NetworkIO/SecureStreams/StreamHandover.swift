import CLinux
import Glibc
import Synchronization
import WireFormat

/// One end of a stream whose other end somebody else serves, on its way to the loop that takes it: a descriptor, and
/// the ends of the connection behind it. Closed if nobody takes it.
public final class StreamHandover: Sendable {
    /// The connection as the loop's machine is to see it.
    public let path: Path
    private let descriptor: Mutex<Int32>

    init(path: Path, descriptor: Int32) {
        self.path = path
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        let rest = take()
        if rest >= 0 { Glibc.close(rest) }
    }

    /// Hands out the descriptor, once; -1 afterwards.
    func take() -> Int32 {
        descriptor.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
    }

    /// Two connected descriptors, each with little room, or they would be a queue that no congestion control sees.
    static func makePair() throws(SystemFailure) -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemFailure("socketpair") }
        for end in ends {
            var bytes: Int32 = 32 * 1_024
            _ = setsockopt(end, SOL_SOCKET, SO_SNDBUF, &bytes, socklen_t(MemoryLayout<Int32>.size))
        }
        return (ends[0], ends[1])
    }
}
