import Foundation

/// Limits of waiting.
struct TimeLimit {
    /// A busy machine of one core meets it.
    static let usual = 20.0

    private let end: Double
    let seconds: Double

    init(seconds: Double = usual) {
        self.seconds = seconds
        end = Self.now + seconds
    }

    var remainingSeconds: Double { max(0, end - Self.now) }
    var isOver: Bool { remainingSeconds == 0 }

    /// Seconds of a clock that only goes forward.
    static var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Asks until the answer is there, where nothing tells of it.
    @discardableResult
    static func poll<Answer>(
        _ what: String, seconds: Double = usual, _ question: () throws -> Answer?
    ) throws -> Answer {
        let limit = TimeLimit(seconds: seconds)
        while true {
            if let answer = try question() { return answer }
            guard !limit.isOver else { throw Failure("waited \(seconds) s in vain for: \(what)") }
            usleep(20_000)
        }
    }
}
