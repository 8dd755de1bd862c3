import Dispatch
import NetworkIO
import STUN
import Synchronization
import TURN

/// The relay at one moment.
struct RelayFigures: Sendable {
    var allocations: Int
    var statistics: TURN.Server.Statistics
    /// Of those that answer Binding requests over UDP.
    var bindings = BindingServer.Statistics()
    /// Of the allocations that there are; those that ended are not in it.
    var live: TURN.Server.Traffic
    var datagrams: DatagramStatistics
    var streams: StreamStatistics

    /// Counts another loop's in.
    mutating func add(_ other: RelayFigures) {
        allocations += other.allocations
        statistics.add(other.statistics)
        bindings.add(other.bindings)
        live.add(other.live)
        datagrams.add(other.datagrams)
        streams.add(other.streams)
    }
}

/// Brings figures from the relay's thread to the one that waits for them.
final class RelayReply: Sendable {
    private let figures = Mutex<RelayFigures?>(nil)
    private let semaphore = DispatchSemaphore(value: 0)

    func give(_ value: RelayFigures) {
        figures.withLock { $0 = value }
        semaphore.signal()
    }

    func take(seconds: Int) -> RelayFigures? {
        _ = semaphore.wait(timeout: .now() + .seconds(seconds))
        return figures.withLock { $0 }
    }
}
