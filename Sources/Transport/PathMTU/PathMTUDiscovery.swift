import WireFormat

/// Finds the largest datagram a path carries by probing with padded packets (RFC 8899).
///
/// Sizes are UDP payloads. The search halves the open range; a size is given up after three lost probes; a path that
/// stops carrying large packets falls back to the base.
struct PathMTUDiscovery: Sendable {
    /// The phases of RFC 8899 section 5.2, less those that ICE's connectivity checks make needless.
    private enum Phase: Sendable {
        /// Between `size` and `upper` lies the answer.
        case searching(upper: Int, losses: Int)
        case probing(upper: Int, size: Int, losses: Int)
        case complete(searchAgainAt: Instant)
        case disabled
    }

    /// The UDP payload in use.
    private(set) var size: Int
    private let base: Int
    private let maximum: Int
    private var phase: Phase
    /// Doubts since a packet larger than the base was delivered last.
    private var suspicions = 0

    /// RFC 8899 section 5.1.2: MAX_PROBES is 3.
    private static let maximumProbes = 3
    /// RFC 8899 section 5.1.1: PMTU_RAISE_TIMER is 600 seconds.
    private static let raiseInterval = Interval.seconds(600)
    /// A dead path looks like a black hole, and comes back: not ten minutes for that.
    private static let suspicionInterval = Interval.seconds(30)
    /// RFC 8899 leaves the search's end open; a difference of 16 bytes is not worth a probe.
    private static let resolution = 16

    init(base: Int, maximum: Int) {
        self.base = max(base, 512)
        self.maximum = max(maximum, self.base)
        size = self.base
        phase = self.maximum > self.base ? .searching(upper: self.maximum, losses: 0) : .disabled
    }

    /// The size to probe now, or nil.
    mutating func wantedProbe(at now: Instant) -> Int? {
        if case .complete(let again) = phase, again <= now, size < maximum {
            phase = .searching(upper: maximum, losses: 0)
        }
        guard case .searching(let upper, _) = phase else { return nil }
        // The far end first: most paths carry it, and one probe ends the search.
        if upper == maximum { return upper }
        return (size + upper + 1) / 2
    }

    mutating func probeSent(_ bytes: Int) {
        guard case .searching(let upper, let losses) = phase else { return }
        phase = .probing(upper: upper, size: bytes, losses: losses)
    }

    mutating func probeAcknowledged(at now: Instant) {
        guard case .probing(let upper, let probed, _) = phase else { return }
        size = max(size, probed)
        suspicions = 0
        settle(upper: upper, at: now)
    }

    mutating func probeLost(at now: Instant) {
        guard case .probing(let upper, let probed, let losses) = phase else { return }
        if losses + 1 < Self.maximumProbes {
            phase = .searching(upper: upper, losses: losses + 1)
        } else {
            settle(upper: probed - 1, at: now)
        }
    }

    /// The path is taken up again. What becomes of a probe that was under way is not told any more: it is sent anew.
    mutating func takeUp() {
        guard case .probing(let upper, _, let losses) = phase else { return }
        phase = .searching(upper: upper, losses: losses)
    }

    /// A packet of this size was delivered: the path is no black hole.
    mutating func delivered(_ bytes: Int) {
        if bytes > base { suspicions = 0 }
    }

    /// Large packets were lost, or waited for over a probe timeout, and none was delivered since (RFC 8899 section 4.3:
    /// black hole detection). One doubt is no more than that: the third makes the base the size in use.
    mutating func suspectBlackHole(at now: Instant) {
        guard size > base else { return }
        suspicions += 1
        guard suspicions >= Self.maximumProbes else { return }
        suspicions = 0
        size = base
        phase = .complete(searchAgainAt: now + Self.suspicionInterval)
    }

    private mutating func settle(upper: Int, at now: Instant) {
        if upper - size < Self.resolution {
            phase = .complete(searchAgainAt: now + Self.raiseInterval)
        } else {
            phase = .searching(upper: upper, losses: 0)
        }
    }
}
