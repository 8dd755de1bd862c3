import Foundation
import NetworkIO
import Synchronization

/// A socket belongs to the network namespace of the thread that opens it.
enum NamespaceSocket {
    /// Opens a descriptor in a namespace, on a thread that goes there for that.
    ///
    /// - Parameter opening: gives a descriptor, or -1.
    /// - Throws: `BenchFailure` or `SystemFailure`.
    static func open(in namespace: String, _ opening: @escaping @Sendable () -> Int32) throws -> Int32 {
        let result = Mutex<Int32>(-1)
        let opener = try WorkerThread(named: "opener") {
            let place = Glibc.open("/run/netns/\(namespace)", O_RDONLY | O_CLOEXEC)
            guard place >= 0 else { return }
            defer { close(place) }
            guard enter(place) == 0 else { return }
            result.withLock { $0 = opening() }
        }
        opener.join()
        let descriptor = result.withLock { $0 }
        guard descriptor >= 0 else { throw BenchFailure.noLaboratory("no socket in \(namespace)") }
        return descriptor
    }

    /// setns(2), which glibc declares for C alone.
    private static func enter(_ namespace: Int32) -> Int32 {
        typealias Function = @convention(c) (Int32, Int32) -> Int32
        guard let symbol = dlsym(nil, "setns") else { return -1 }
        return unsafeBitCast(symbol, to: Function.self)(namespace, 0)
    }
}
