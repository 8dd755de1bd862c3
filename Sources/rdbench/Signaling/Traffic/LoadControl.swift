import Synchronization

/// What a thread of the load is told, and what it tells.
final class LoadControl: Sendable {
    enum Order: Sendable {
        /// Have all hosts wait, and keep them there.
        case gather
        /// Beside that, begin so many meetings a second, from one instant until another.
        case meet(perSecond: Double, from: Double, until: Double)
        case stop
    }

    struct Tally: Sendable {
        var waiting = 0
        /// Hosts whose connection the server ended.
        var hostsLost = 0
        var meetingsBegun = 0
        /// Viewers that have got their answer.
        var answered = 0
        /// Viewers that were refused, or whose connection was ended before.
        var viewersLost = 0
        /// Hosts that were told the end of a meeting.
        var told = 0
        /// Of each answered viewer.
        var exchangeMilliseconds: [Double] = []
        var failure: String?

        var meetingsUnderWay: Int { meetingsBegun - told - viewersLost }
    }

    private let state = Mutex((order: Order.gather, tally: Tally(), hasEnded: false))

    var order: Order {
        get { state.withLock { $0.order } }
        set { state.withLock { $0.order = newValue } }
    }

    var tally: Tally { state.withLock { $0.tally } }
    var hasEnded: Bool { state.withLock { $0.hasEnded } }

    func change(_ body: (inout Tally) -> Void) { state.withLock { body(&$0.tally) } }

    func end() { state.withLock { $0.hasEnded = true } }
}
