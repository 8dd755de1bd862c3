import Synchronization
import TURN

/// How many allocations a relay has, for threads that are not its own.
final class RelayLoad: Sendable {
    private let allocations = Atomic(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func note(_ event: TURN.Server.Event) {
        switch event {
        case .allocationCreated: allocations.add(1, ordering: .relaxed)
        case .allocationEnded: allocations.subtract(1, ordering: .relaxed)
        case .openRelay, .closeRelay, .allocationMoved: break
        }
    }

    /// Of those that it can have.
    var share: Double { Double(allocations.load(ordering: .relaxed)) / Double(max(1, limit)) }
}
