import WireFormat

/// Where a pair stands (RFC 8445 section 6.1.2.6; "Succeeded" is `valid`).
enum PairState: Sendable {
    case frozen
    case waiting
    case inProgress(Attempt)
    case valid(Validity)
    case failed
}

/// A pair's checks until the first answer.
struct Attempt: Sendable {
    var transmissions: Int
    /// Checks sent again because one from the peer came; bounded, for two agents that never see each other's answers
    /// would otherwise trigger each other for ever.
    var triggered = 0
    /// When to send again, or to give up.
    var next: Instant

    static let firstTransmission = 1
    /// Two more than others: they do not count.
    static let openingTransmissions = -1

    static let maximumTriggered = 16
}

/// A pair that has answered: consent and health (RFC 7675).
struct Validity: Sendable {
    enum Health: Sendable {
        case good
        /// Answers again after it failed; not selected before the probation ends unless there is nothing better.
        case probation(until: Instant)
        /// Must answer a check sent after this instant.
        case doubted(since: Instant)
    }

    var consentExpires: Instant
    /// When to send the next consent check, or to see that one was not answered.
    var next: Instant
    /// Consent checks since the last answer.
    var unanswered = 0
    /// Data got no reply: the pair is struck sooner than its consent checks alone would have it.
    var isTested = false
    var health = Health.good

    /// Higher is better.
    var rank: Int {
        switch health {
        case .good: 2
        case .probation: 1
        case .doubted: 0
        }
    }
}
