import WireFormat

/// The queue on the way to the peer, from round trips and from arrival times (Copa, section 2.2).
struct DelayEstimate: Sendable {
    private var minimumRTT = WindowedMinimum()
    private var standingRTT = WindowedMinimum()
    private var minimumOneWay = WindowedMinimum()
    private var standingOneWay = WindowedMinimum()
    private(set) var queue = Interval.zero

    /// The paper keeps RTTmin over ten seconds and RTTstanding over half a smoothed round trip. Where dips show the empty
    /// path at least every two seconds, what smaller packets once took is forgotten after two of them.
    private static let (minimumWindow, dippedWindow) = (Interval.seconds(10), Interval.seconds(4))

    var standingSeconds: Double? { standingRTT.value }
    var minimumSeconds: Double { minimumRTT.value ?? 0 }

    /// - Parameter dipsShowEmptyPath: no others were seen that keep a queue.
    mutating func update(_ sample: AcknowledgementSample, dipsShowEmptyPath: Bool) {
        guard let rtt = sample.rtt else { return }
        let standingWindow = sample.smoothedRTT / 2
        let minimumWindow = dipsShowEmptyPath ? Self.dippedWindow : Self.minimumWindow
        minimumRTT.update(rtt.seconds, at: sample.now, window: minimumWindow)
        standingRTT.update(rtt.seconds, at: sample.now, window: standingWindow)
        var seconds = (standingRTT.value ?? 0) - (minimumRTT.value ?? 0)
        if let oneWay = sample.oneWayDelay {
            minimumOneWay.update(oneWay.seconds, at: sample.now, window: minimumWindow)
            standingOneWay.update(oneWay.seconds, at: sample.now, window: standingWindow)
            seconds = min(seconds, (standingOneWay.value ?? 0) - (minimumOneWay.value ?? 0))
        }
        queue = Interval(nanoseconds: Int64(max(0, min(seconds, 60)) * 1e9))
    }
}
