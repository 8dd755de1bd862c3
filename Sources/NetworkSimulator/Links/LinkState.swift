import WireFormat

/// One direction of a link: its conditions and what they need to remember.
struct LinkState {
    /// What becomes of a packet that enters the link.
    enum Fate: Equatable {
        /// `isMarked`: it found a long queue, and says so if it can.
        case arrives(at: Int64, alsoAt: Int64?, corrupted: Bool, isMarked: Bool)
        case dropped(DropReason)
    }

    var conditions: LinkConditions {
        didSet { isPlain = Self.isPlain(conditions) }
    }
    private var random: MixingRandom
    private var isPlain: Bool
    private var isBad = false
    private var lineFreeAt: Int64 = .min
    private var lastArrival: Int64 = .min
    private var lastStreamArrival: Int64 = .min

    init(_ conditions: LinkConditions, random: MixingRandom) {
        self.conditions = conditions
        self.random = random
        isPlain = Self.isPlain(conditions)
    }

    /// Sends a packet of so many bytes with its headers; streams are resent below until they arrive, so they are never lost.
    mutating func transmit(bytes: Int, isStream: Bool, at now: Int64) -> Fate {
        if bytes > conditions.maximumTransmissionUnit, !isStream { return .dropped(.tooBig) }
        if isPlain {
            return .arrives(
                at: max(now + conditions.delay.nanoseconds, lastArrival), alsoAt: nil, corrupted: false,
                isMarked: false)
        }
        var penalty: Int64 = 0
        while isLost() {
            guard isStream, penalty < Self.longestPenalty else { return .dropped(.loss) }
            // A lost segment comes with the retransmission, a round trip later.
            penalty += max(2 * conditions.delay.nanoseconds, Self.shortestPenalty)
        }
        let isMarked = conditions.markingBytes.map { backlog(at: now) > Double($0) } ?? false
        guard let departure = enqueue(bytes: bytes, isStream: isStream, at: now) else { return .dropped(.queueFull) }
        let arrival = arrival(departure + penalty, isStream: isStream)
        let isDoubled = !isStream && random.chance(conditions.duplication)
        return .arrives(
            at: arrival, alsoAt: isDoubled ? arrival + jitter() : nil,
            corrupted: !isStream && random.chance(conditions.corruption), isMarked: isMarked)
    }

    /// The byte of a corrupted packet to change and what to add to it (never zero).
    mutating func corruption(count: Int) -> (offset: Int, change: UInt8) {
        (Int(random.below(UInt64(max(1, count)))), UInt8(truncatingIfNeeded: 1 + random.below(255)))
    }

    /// RFC 6298's initial retransmission timeout would be a second; fast retransmit is what an open stream sees.
    private static let shortestPenalty: Int64 = 20_000_000
    private static let longestPenalty: Int64 = 60_000_000_000

    private mutating func isLost() -> Bool {
        switch conditions.loss {
        case .none: return false
        case .bernoulli(let probability): return random.chance(probability)
        case .gilbertElliott(let toBad, let toGood, let lossWhenGood, let lossWhenBad):
            if random.chance(isBad ? toGood : toBad) { isBad.toggle() }
            return random.chance(isBad ? lossWhenBad : lossWhenGood)
        }
    }

    /// When the last bit is on the line; nil if the queue has no room.
    private mutating func enqueue(bytes: Int, isStream: Bool, at now: Int64) -> Int64? {
        guard let rate = conditions.bytesPerSecond, rate > 0 else { return now }
        let start = max(now, lineFreeAt)
        // The packet on the line does not wait; only what is behind it does.
        if !isStream, start > now, backlog(at: now) + Double(bytes) > Double(conditions.queueBytes) { return nil }
        lineFreeAt = start + Int64(Double(bytes) * 1e9 / Double(rate))
        return lineFreeAt
    }

    /// The bytes that wait for the line.
    private func backlog(at now: Int64) -> Double {
        guard let rate = conditions.bytesPerSecond, lineFreeAt > now else { return 0 }
        return Double(lineFreeAt - now) * Double(rate) / 1e9
    }

    private mutating func arrival(_ departure: Int64, isStream: Bool) -> Int64 {
        var arrival = departure + conditions.delay.nanoseconds + jitter()
        if isStream {
            arrival = max(arrival, lastStreamArrival)
            lastStreamArrival = arrival
            return arrival
        }
        if random.chance(conditions.reordering) { return arrival + conditions.reorderingDelay.nanoseconds }
        if !conditions.jitterReorders {
            arrival = max(arrival, lastArrival)
            lastArrival = arrival
        }
        return arrival
    }

    private mutating func jitter() -> Int64 {
        conditions.jitter.nanoseconds > 0 ? Int64(random.below(UInt64(conditions.jitter.nanoseconds))) : 0
    }

    private static func isPlain(_ conditions: LinkConditions) -> Bool {
        conditions.loss == .none && conditions.jitter == .zero && conditions.reordering == 0
            && conditions.duplication == 0 && conditions.corruption == 0 && conditions.bytesPerSecond == nil
    }
}
