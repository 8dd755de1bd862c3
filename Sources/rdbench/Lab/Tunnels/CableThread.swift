import NetworkIO
import Synchronization
import WireFormat

/// Carries packets between the ends of cables on a thread of its own.
final class CableThread: Sendable {
    private final class Flag: Sendable { let value = Atomic(false) }

    private let isStopped: Flag
    private let thread: WorkerThread

    /// - Throws: `SystemFailure`.
    init(_ cables: [Cable]) throws {
        let isStopped = Flag()
        self.isStopped = isStopped
        thread = try WorkerThread(named: "cables") {
            var carrier = CableCarrier(cables)
            while !isStopped.value.load(ordering: .acquiring) { carrier.turn() }
        }
    }

    /// Call it once.
    func stop() {
        isStopped.value.store(true, ordering: .releasing)
        thread.join()
    }
}
