import WireFormat

/// A party whose machine may be asleep: what its kernel has to tell it waits until it wakes up, when the clock may have
/// stood still.
protocol SleepingParty: AnyObject {
    var clock: PartyClock { get set }
    /// What happened meanwhile.
    var missed: [(Instant) -> Void] { get set }
}

extension SleepingParty {
    /// - Parameter notice: takes the machine's own time.
    func tell(at now: Instant, _ notice: @escaping (Instant) -> Void) {
        if clock.isAsleep { missed.append(notice) } else { notice(clock.local(now)) }
    }

    /// - Parameter hasRunOn: the clock tells how long the machine slept.
    func wakeUp(at now: Instant, hasRunOn: Bool) {
        clock.wake(at: now, hasRunOn: hasRunOn)
        let notices = missed
        missed = []
        for notice in notices { notice(clock.local(now)) }
    }
}

extension HostParty: SleepingParty {
    package func wake(at now: Instant, hasRunOn: Bool) { wakeUp(at: now, hasRunOn: hasRunOn) }
}

extension ViewerParty: SleepingParty {
    package func wake(at now: Instant, hasRunOn: Bool) { wakeUp(at: now, hasRunOn: hasRunOn) }
}
