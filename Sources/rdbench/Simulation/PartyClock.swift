import WireFormat

/// The clock of a simulated machine, which may be asleep, and whose clock may have stood still meanwhile.
package struct PartyClock {
    package private(set) var isAsleep = false
    private var behind = Interval.zero
    private var sleptAt = Instant.zero

    /// What the machine takes for the time.
    package func local(_ now: Instant) -> Instant { now - behind }

    /// The same while it is awake; nil while it does nothing.
    func awake(_ now: Instant) -> Instant? { isAsleep ? nil : local(now) }

    func real(_ local: Instant) -> Instant { local + behind }

    package mutating func sleep(at now: Instant) {
        isAsleep = true
        sleptAt = now
    }

    /// - Parameter hasRunOn: the clock tells how long the machine slept, as `CLOCK_BOOTTIME` does.
    package mutating func wake(at now: Instant, hasRunOn: Bool) {
        isAsleep = false
        if !hasRunOn { behind = behind + (now - sleptAt) }
    }

    /// The clock leaps ahead.
    package mutating func jump(by interval: Interval) { behind = behind - interval }
}
