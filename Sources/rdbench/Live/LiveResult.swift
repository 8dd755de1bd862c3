/// What the two programs of one session said about it.
struct LiveResult: Sendable {
    var outcome = SessionOutcome.failed
    /// Milliseconds; nil for what did not happen.
    var setup: Double?
    var firstFrame: Double?
    var sharpFrame: Double?
    var directPath: Double?
    var roundTripMedian: Double?
    var roundTripHigh: Double?
    var bytesReceived: Double?
    /// Both sides named the same kind of path.
    var isAgreed = true

    init() {}

    init(host: [EventLine], viewer: [EventLine]) {
        let ended = viewer.last { $0.name == "ended" }
        firstFrame = viewer.first { $0.name == "first_frame" }?["ttff_ms"]?.double
        setup = viewer.first { $0.name == "connected" }?["setup_ms"]?.double
        sharpFrame = viewer.first { $0.name == "sharp_frame" }?["sharp_ms"]?.double
        directPath = ended?["direct_ms"]?.double
        roundTripMedian = ended?["rtt_ms"]?["p50"]?.double
        roundTripHigh = ended?["rtt_ms"]?["p95"]?.double
        bytesReceived = ended?["bytes_received"]?.double
        let path = ended?["path"]?.text
        if firstFrame != nil, let path { outcome = path == "direct" ? .direct : .relayed }
        let hostPath = host.last { $0.name == "ended" }?["path"]?.text
        isAgreed = path == nil || hostPath == nil || path == hostPath
    }
}
