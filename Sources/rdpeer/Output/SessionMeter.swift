import Histogram
import ICE
import PeerSession
import Rendezvous
import WireFormat

/// Measures one session, and says its figures.
struct SessionMeter {
    /// A session measures its round trip every second at least, so this long without any packet is worth a word.
    static let silence = Interval.milliseconds(2_500)

    /// What the server is told of a session that goes on: soon, when there are some round trips, and then now and again.
    static let firstReport = Interval.seconds(5)
    static let reportInterval = Interval.seconds(60)

    private var roundTrips = Histogram<UInt32>(numberOfSignificantValueDigits: .three)
    private var packetsReceived: UInt64 = 0
    private(set) var pair: CandidatePair?
    private(set) var connectedAt: Instant?
    private(set) var isPathLost = false
    /// Whether the data ever went through a relay.
    private(set) var wasRelayed = false

    mutating func record(_ roundTrip: Interval) {
        roundTrips.record(UInt64(max(0, roundTrip.nanoseconds) / 1_000))
    }

    mutating func moved(to pair: CandidatePair, at now: Instant) {
        if connectedAt == nil { connectedAt = now }
        self.pair = pair
        isPathLost = false
        if pair.isRelayed { wasRelayed = true }
    }

    /// Whether somebody who watches would want to hear that the session has moved to a pair: not from one relay to another.
    func isNews(_ pair: CandidatePair) -> Bool { isPathLost || !pair.isRelayed || self.pair?.isRelayed != true }

    /// Whether no packet of the other side has come since the last call.
    mutating func hasFallenSilent(packetsReceived count: UInt64) -> Bool {
        defer { packetsReceived = count }
        return count == packetsReceived
    }

    mutating func lostPath() { isPathLost = true }

    /// In milliseconds; nil before the first sample.
    func roundTripMilliseconds(percentile: Double) -> Double? {
        roundTrips.totalCount == 0 ? nil : Double(roundTrips.valueAtPercentile(percentile)) / 1_000
    }

    var pathName: String? { pair.map { $0.isRelayed ? "relayed" : "direct" } }

    /// The path as events name it.
    var pathFields: [(name: String, value: JSONValue)] {
        guard let pair, let pathName else { return [("path", .null)] }
        return [
            ("path", .string(pathName)),
            ("local", .string("\(pair.local.address)")), ("remote", .string("\(pair.remote.address)")),
            ("local_kind", .string("\(pair.local.kind)")), ("remote_kind", .string("\(pair.remote.kind)")),
        ]
    }

    /// The distribution of round trips, in milliseconds.
    var roundTripField: JSONValue {
        guard roundTrips.totalCount > 0 else { return .object([("count", .integer(0))]) }
        func value(_ percentile: Double) -> JSONValue {
            .number(Double(roundTrips.valueAtPercentile(percentile)) / 1_000)
        }
        return .object([
            ("p50", value(50)), ("p95", value(95)), ("p99", value(99)),
            ("max", .number(Double(roundTrips.max) / 1_000)), ("count", .unsigned(roundTrips.totalCount)),
        ])
    }

    func durationMilliseconds(at now: Instant) -> Double { connectedAt.map { (now - $0).milliseconds } ?? 0 }

    /// What the server's audit trail is told.
    func report(_ figures: SessionFigures, isFinal: Bool, at now: Instant) -> SessionReport {
        func microseconds(_ percentile: Double) -> UInt64? {
            roundTrips.totalCount == 0 ? nil : roundTrips.valueAtPercentile(percentile)
        }
        return SessionReport(
            path: pair.map { $0.isRelayed ? .relayed : .direct } ?? .none,
            durationMilliseconds: UInt64(durationMilliseconds(at: now)), bytesSent: figures.bytesSent,
            bytesReceived: figures.bytesReceived, rttP50Microseconds: microseconds(50),
            rttP95Microseconds: microseconds(95),
            firstFrameMilliseconds: figures.firstFrame.map { UInt64(max(0, $0.milliseconds)) }, isFinal: isFinal)
    }
}
