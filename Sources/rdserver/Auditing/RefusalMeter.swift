import Rendezvous
import WireFormat

/// Which refusals are recorded one by one: who wants to be refused, again and again, shall not push everything else out of
/// the trail. What is beyond is counted.
struct RefusalMeter: Sendable {
    private static let perSource = 30
    private static let inAll = 1_000
    private static let periodSeconds: Int64 = 60

    private var period: Int64 = 0
    private var counts: [SourceNetwork: Int] = [:]
    private var recorded = 0
    private var omitted = 0

    /// Counts one in; false if it is not to be recorded.
    mutating func take(_ source: TransportAddress, at seconds: Int64) -> Bool {
        begin(at: seconds)
        let network = SourceNetwork(source.ip)
        guard recorded < Self.inAll, counts[network, default: 0] < Self.perSource else {
            omitted += 1
            return false
        }
        recorded += 1
        counts[network, default: 0] += 1
        return true
    }

    /// How many of a period that is over were not recorded, and its last second; nil the next time.
    mutating func takeOmitted(at seconds: Int64) -> (count: Int, at: Int64)? {
        guard seconds / Self.periodSeconds != period, omitted > 0 else { return nil }
        return (takeOmitted(), (period + 1) * Self.periodSeconds - 1)
    }

    /// How many of the period that goes on were not recorded so far; 0 the next time.
    mutating func takeOmitted() -> Int {
        defer { omitted = 0 }
        return omitted
    }

    private mutating func begin(at seconds: Int64) {
        guard seconds / Self.periodSeconds != period else { return }
        period = seconds / Self.periodSeconds
        counts = [:]
        recorded = 0
    }
}
