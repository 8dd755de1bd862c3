/// Whether a path carries ECN marks there and their counts back (RFC 9000 section 13.4.2, in the manner of its
/// appendix A.4).
///
/// The first packets are marked, then none until one of them is acknowledged and the peer's counts agree. The counts are
/// compared as sums since the path came into use, not acknowledgement by acknowledgement: packets of a path left, or
/// taken for lost too early, make the peer's counts larger, never smaller, so that none of them condemns a path.
///
/// Beyond the RFC: testing ends with the first probe timeout, not the third, for a path that drops marked packets must not
/// hold a picture up for longer; and a path on which nothing comes through but marks of congestion is taken for one that
/// mangles the field.
struct ECNValidation: Sendable {
    enum State: Hashable, Sendable {
        /// The next packets are marked, so many at most.
        case testing(left: Int)
        /// Enough were marked, and none has been acknowledged.
        case unknown
        case capable
        /// Nothing came back for a while: what comes first begins the test anew.
        case suspended
        /// The path clears or changes the field, or drops what carries it.
        case failed
    }

    /// RFC 9000 appendix A.4: ten packets.
    static let testPackets = 10
    /// So many marks of congestion and nothing else: more than a line that is really full makes of the first flight.
    static let mangledPackets: UInt64 = 50

    private(set) var state = State.testing(left: testPackets)
    /// What the peer had counted when the path came into use.
    private var baseline: ECNCounts
    private var acknowledged: UInt64 = 0
    private var sent: UInt64 = 0
    private var lost: UInt64 = 0

    init(reported: ECNCounts) { baseline = reported }

    /// Whether the next packet is to be marked.
    var marks: Bool {
        switch state {
        case .testing, .capable: true
        case .unknown, .suspended, .failed: false
        }
    }

    /// Whether marks have come through, and their counts back. One who sends little is not done with the test for long.
    var hasSucceeded: Bool {
        switch state {
        case .capable: true
        case .testing: acknowledged > 0
        case .unknown, .suspended, .failed: false
        }
    }

    /// The path is in use again, after others or none were: it may have changed, unless it was found bad just now.
    mutating func takeUp(reported: ECNCounts) {
        guard state != .failed else { return }
        self = ECNValidation(reported: reported)
    }

    mutating func packetSent() {
        sent += 1
        if case .testing(let left) = state { state = left > 1 ? .testing(left: left - 1) : .unknown }
    }

    /// A marked packet of this path has arrived.
    mutating func packetAcknowledged() { acknowledged += 1 }

    /// A marked packet of this path is lost. If all are, that may be for the mark.
    mutating func packetLost() {
        lost = min(lost + 1, sent)
        if acknowledged == 0, state == .unknown, lost >= sent { state = .failed }
    }

    /// Nothing comes back: what is sent to find out why is not marked.
    mutating func probeTimedOut(inARow count: Int) {
        switch state {
        case .testing where acknowledged == 0: state = .unknown
        case .capable where count > 1: state = .suspended
        case .testing, .unknown, .capable, .suspended, .failed: break
        }
    }

    /// The peer's counts make no sense.
    mutating func fail() { state = .failed }

    /// Compares what the peer has counted with what it has acknowledged.
    ///
    /// - Parameters:
    ///   - reported: the peer's newest counts.
    ///   - markedInAll: packets that were marked since the connection began.
    mutating func validate(_ reported: ECNCounts, markedInAll: UInt64) {
        if state == .suspended { self = ECNValidation(reported: reported) }
        guard acknowledged > 0, state != .failed else { return }
        let marks = reported.congestionExperienced - baseline.congestionExperienced
        let intact = reported.ect0 - baseline.ect0
        let isBleached = marks + intact < acknowledged
        let isChanged = reported.ect1 > baseline.ect1 || reported.ect0 > markedInAll
        let isMangled = intact == 0 && marks >= Self.mangledPackets
        if isBleached || isChanged || isMangled {
            state = .failed
        } else if state == .unknown {
            state = .capable
        }
    }
}
