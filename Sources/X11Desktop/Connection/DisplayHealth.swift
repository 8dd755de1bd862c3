import Synchronization

/// What Xlib's process-wide error callbacks recorded about one display.
final class DisplayHealth: Sendable {
    private let lost = Atomic<Bool>(false)
    private let errors = Atomic<Int>(0)

    /// Whether the connection to the server broke.
    var isLost: Bool { lost.load(ordering: .acquiring) }

    /// How many requests the server refused so far.
    var errorCount: Int { errors.load(ordering: .relaxed) }

    func noteLost() { lost.store(true, ordering: .releasing) }
    func noteError() { errors.wrappingAdd(1, ordering: .relaxed) }
}
