import WireFormat

/// How much may be in flight on a path, and how fast it may leave.
///
/// An enum with a payload per algorithm, so that the data path has no existential. All of them count bytes, take the
/// same samples, and start from the same window; `newReno` and `cubic` are there to be compared with.
public enum CongestionController: Sendable {
    case copa(Copa)
    case newReno(NewReno)
    case cubic(Cubic)

    /// Selects an algorithm.
    public enum Algorithm: Hashable, Sendable, CaseIterable {
        case copa
        case newReno
        case cubic
    }

    init(_ algorithm: Algorithm, initialWindowBytes: Int, at now: Instant) {
        switch algorithm {
        case .copa: self = .copa(Copa(initialWindowBytes: initialWindowBytes, at: now))
        case .newReno: self = .newReno(NewReno(initialWindowBytes: initialWindowBytes))
        case .cubic: self = .cubic(Cubic(initialWindowBytes: initialWindowBytes))
        }
    }

    /// The window in bytes.
    var windowBytes: Int {
        switch self {
        case .copa(let copa): copa.windowBytes
        case .newReno(let newReno): newReno.windowBytes
        case .cubic(let cubic): cubic.windowBytes
        }
    }

    /// Whether the pacer holds packets back, not the window: then what waits for it shows that more could be sent.
    var isPaceGoverned: Bool {
        if case .copa(let copa) = self { copa.isPaceGoverned } else { false }
    }

    /// The pacer's rate, given the path's smoothed round trip.
    func pacingBytesPerSecond(smoothedRTT: Interval) -> Double {
        switch self {
        case .copa(let copa): copa.pacingBytesPerSecond(smoothedRTT: smoothedRTT)
        case .newReno(let newReno): newReno.pacingBytesPerSecond(smoothedRTT: smoothedRTT)
        case .cubic(let cubic): cubic.pacingBytesPerSecond(smoothedRTT: smoothedRTT)
        }
    }

    /// The size of packets that carry bulk, at most the path's largest.
    func bulkPacketBytes(largest: Int) -> Int {
        if case .copa(let copa) = self { copa.bulkPacketBytes(largest: largest) } else { largest }
    }

    /// The queue on the way to the peer, where the algorithm estimates it.
    var queueingDelay: Interval {
        if case .copa(let copa) = self { copa.queueingDelay } else { .zero }
    }

    mutating func acknowledged(_ sample: AcknowledgementSample) {
        switch self {
        case .copa(var copa):
            copa.acknowledged(sample)
            self = .copa(copa)
        case .newReno(var newReno):
            newReno.acknowledged(sample)
            self = .newReno(newReno)
        case .cubic(var cubic):
            cubic.acknowledged(sample)
            self = .cubic(cubic)
        }
    }

    mutating func lost(_ sample: LossSample) {
        switch self {
        case .copa(var copa):
            copa.lost(sample)
            self = .copa(copa)
        case .newReno(var newReno):
            newReno.lost(sample)
            self = .newReno(newReno)
        case .cubic(var cubic):
            cubic.lost(sample)
            self = .cubic(cubic)
        }
    }

    /// RFC 9002 section 7.2: the window never falls below two packets.
    static let minimumWindowPackets = 2
}
