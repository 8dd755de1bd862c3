import CLinux
import Glibc
import Synchronization

/// The way for other threads to have something done on a loop's thread.
public final class Mailbox<Receiver>: Sendable {
    /// Runs on the loop's thread.
    public typealias Task = @Sendable (Receiver) -> Void

    private let tasks = Mutex<[Task]>([])
    private let limit: Int
    let descriptor: Int32

    init(limit: Int) throws(SystemFailure) {
        self.limit = limit
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw SystemFailure("eventfd") }
    }

    deinit { Glibc.close(descriptor) }

    /// Leaves a closure for the loop's next turn, in order.
    ///
    /// - Returns: false if too many wait already, and this one is dropped.
    @discardableResult
    public func post(_ task: @escaping Task) -> Bool {
        let count = tasks.withLock { tasks in
            guard tasks.count < limit else { return 0 }
            tasks.append(task)
            return tasks.count
        }
        // Only the first wakes the loop: it takes all of them at once.
        if count == 1 { wake() }
        return count > 0
    }

    func takeAll() -> [Task] {
        var count: UInt64 = 0
        _ = read(descriptor, &count, 8)
        return tasks.withLock { tasks in
            defer { tasks = [] }
            return tasks
        }
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, 8)
    }
}
