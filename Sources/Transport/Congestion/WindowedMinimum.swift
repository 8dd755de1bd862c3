import WireFormat

/// The least value seen within a sliding window of time, in constant memory.
///
/// Keeps the best, second and third best of successively newer parts of the window: Nichols' estimator, as BBR and
/// Linux use it ("BBR: Congestion-Based Congestion Control", Cardwell and others, 2016). Exact for a new minimum, and
/// off by at most part of a window when the old one expires.
struct WindowedMinimum: Sendable {
    private struct Sample: Sendable {
        var value: Double
        var at: Instant
    }

    private var best: Sample?
    private var second = Sample(value: 0, at: .zero)
    private var third = Sample(value: 0, at: .zero)

    var value: Double? { best?.value }

    mutating func update(_ value: Double, at now: Instant, window: Interval) {
        let sample = Sample(value: value, at: now)
        guard let current = best, value > current.value, now - third.at <= window else {
            best = sample
            second = sample
            third = sample
            return
        }
        if value <= second.value {
            second = sample
            third = sample
        } else if value <= third.value {
            third = sample
        }
        expire(sample, current, window)
    }

    private mutating func expire(_ sample: Sample, _ current: Sample, _ window: Interval) {
        let age = sample.at - current.at
        if age > window {
            best = second
            second = third
            third = sample
            if let shifted = best, sample.at - shifted.at > window {
                best = second
                second = third
            }
        } else if second.at == current.at, age > window / 4 {
            second = sample
            third = sample
        } else if third.at == second.at, age > window / 2 {
            third = sample
        }
    }
}
