import WireFormat

/// Noticing within a round trip that a path in use brings no answers.
///
/// A probe timeout runs from the last packet sent, so while a picture moves it never comes. Here each packet is expected
/// to be answered in its time: the oldest one that is newer than everything acknowledged within the round trip, four
/// times its variation, and the peer's acknowledgement delay. A lost packet alone looks the same until the answer to the
/// next one; so this is a doubt and no verdict, and what is done about it must be cheap.
extension Connection {
    /// A packet that the peer must answer has left. MTU probes get lost on paths that are well.
    mutating func awaitAnswer(to number: UInt64, _ record: SentPacket, at now: Instant) {
        guard awaited == nil, !record.flags.contains(.mtuProbe) else { return }
        awaited = Awaited(number: number, sentAt: record.sentAt)
        timers[.silence] = isSilent ? nil : max(record.sentAt + patience(record), now)
    }

    private func patience(_ record: SentPacket) -> Interval {
        let roundTrip = record.generation == race?.suspect.generation ? race?.suspect.roundTrip : nil
        return (roundTrip ?? path.roundTrip).probeTimeout + configuration.maximumAcknowledgementDelay
    }

    /// The path has brought an answer: the next packet is awaited.
    mutating func noteAnswer(to newest: UInt64, at now: Instant) {
        guard let awaited, newest >= awaited.number else { return }
        awaitAnswers(after: newest, at: now)
    }

    /// Awaits the oldest packet that is newer than one acknowledged.
    mutating func awaitAnswers(after newest: UInt64?, at now: Instant) {
        forgetAwaited()
        var number = max(newest.map { $0 + 1 } ?? 0, sent.first)
        while number < sent.end {
            let record = sent[number]
            let isUnderWay = record.generation == path.generation || record.generation == race?.suspect.generation
            if record.flags.contains(.outstanding), isUnderWay {
                awaitAnswer(to: number, record, at: now)
            }
            guard self.awaited == nil else { return }
            number += 1
        }
    }

    /// From now on, only packets yet to be sent are awaited.
    mutating func forgetAwaited() {
        awaited = nil
        isSilent = false
        timers[.silence] = nil
    }

    mutating func answerIsOverdue() {
        guard awaited != nil, elicitingInFlight > 0 else { return }
        isSilent = true
        counts.silences += 1
    }
}
