import Foundation
import Rendezvous
import Synchronization
import TURN

/// Hears of everything, on whichever thread it happens.
final class Observer: Sendable {
    private let observations = Mutex(Observations())
    let startedAt = Date()

    /// - Returns: false if a peer has told nothing new, or of a session that is not known here.
    func note(_ event: RendezvousServer.Event) -> Bool { observations.withLock { $0.note(event, at: Date()) } }

    func note(_ event: TURN.Server.Event) { observations.withLock { $0.note(event) } }

    /// Looks at them while nobody changes them; be quick, for signaling and relay wait.
    func read<Result: Sendable>(_ body: (borrowing Observations) -> Result) -> Result {
        observations.withLock { body($0) }
    }
}
