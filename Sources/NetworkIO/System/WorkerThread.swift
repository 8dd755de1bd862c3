import CLinux
import Glibc

/// A thread of its own for a loop.
public final class WorkerThread: @unchecked Sendable {
    private final class Start {
        let name: String
        let body: @Sendable () -> Void

        init(_ name: String, _ body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        func run() {
            _ = linux_set_thread_name(name)
            body()
        }
    }

    // Written before any other thread can see this object, read-only afterwards.
    private let thread: pthread_t

    /// Starts a thread; its name (at most 15 bytes count) shows in `top -H`.
    ///
    /// - Parameter isDetached: nobody will `join` it.
    public init(named name: String, isDetached: Bool = false, body: @escaping @Sendable () -> Void)
        throws(SystemFailure)
    {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(Start(name, body))
        let code = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Start>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemFailure("pthread_create", code: code)
        }
        self.thread = thread
        if isDetached { pthread_detach(thread) }
    }

    /// Waits for the thread's end; call it once.
    public func join() { pthread_join(thread, nil) }
}
