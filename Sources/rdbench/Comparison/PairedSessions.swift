/// The same simulated sessions through the relay and direct: those that the full strategy brings onto a direct path.
struct PairedSessions: Sendable {
    var relayedRTT = Distribution()
    var directRTT = Distribution()
    var relayedSetup = Distribution()
    var directSetup = Distribution()
    var relayedFirstFrame = Distribution()
    var directFirstFrame = Distribution()

    /// - Parameters:
    ///   - relayed: the sessions of relay-only, by number.
    ///   - full: the same sessions of the full strategy.
    init(relayed: [TrialResult], full: [TrialResult]) {
        for (one, other) in zip(relayed, full) where one.outcome == .relayed && other.outcome == .direct {
            if let value = one.roundTrip { relayedRTT.record(value) }
            if let value = other.roundTrip { directRTT.record(value) }
            if let value = one.setup { relayedSetup.record(value) }
            if let value = other.setup { directSetup.record(value) }
            if let value = one.firstFrame { relayedFirstFrame.record(value) }
            if let value = other.firstFrame { directFirstFrame.record(value) }
        }
    }
}
