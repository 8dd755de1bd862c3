import Foundation
import Synchronization

/// The children of this process: none outlives it.
enum ChildRegistry {
    private static let children = Mutex<Set<Int32>>([])
    private static let sources = Mutex<[any DispatchSourceSignal]>([])

    static func add(_ identifier: Int32) { children.withLock { _ = $0.insert(identifier) } }

    static func remove(_ identifier: Int32) { children.withLock { _ = $0.remove(identifier) } }

    static func killAll() {
        let left = children.withLock { children in
            defer { children.removeAll() }
            return children
        }
        for identifier in left { kill(identifier, SIGKILL) }
    }

    /// From now on a signal that ends this process ends its children first, and removes its files. A crash is covered by
    /// `setpriv`.
    static func guardExits() {
        let isFirst = sources.withLock { sources in
            guard sources.isEmpty else { return false }
            for number in [SIGINT, SIGTERM, SIGHUP] {
                let former = signal(number, SIG_IGN)
                // Whoever started this program with nohup(1) wants it to stay.
                if number == SIGHUP, isIgnoring(former) { continue }
                // Of its own: suites keep all threads of the global queues busy.
                let queue = DispatchQueue(label: "signal \(number)")
                let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
                source.setEventHandler {
                    killAll()
                    ScratchFolder.removeAll()
                    _exit(128 + number)
                }
                source.resume()
                sources.append(source)
            }
            return true
        }
        if isFirst { atexit { ChildRegistry.killAll() } }
    }

    private static func isIgnoring(_ handler: sighandler_t?) -> Bool {
        unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
