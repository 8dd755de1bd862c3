import ArgumentParser

/// What of the signaling suite was asked for.
package struct SignalingChoice: Sendable {
    package static let hostsByDefault = 2_000
    static let rateByDefault = 200.0
    static let secondsByDefault = 10.0
    static let churnRateByDefault = 50.0
    static let churnSecondsByDefault = 60.0

    /// Meetings a second, of all servers together.
    package let meetingsPerSecond: Double
    package let seconds: Double

    /// Whole sessions that come and go, instead of hosts that wait and meetings.
    package let isChurn: Bool

    /// - Parameters: nil for what is usual.
    package init(meetingsPerSecond: Double? = nil, seconds: Double? = nil, isChurn: Bool = false) throws {
        self.meetingsPerSecond = meetingsPerSecond ?? (isChurn ? Self.churnRateByDefault : Self.rateByDefault)
        self.seconds = seconds ?? (isChurn ? Self.churnSecondsByDefault : Self.secondsByDefault)
        self.isChurn = isChurn
        guard (1...10_000).contains(self.meetingsPerSecond) else {
            throw ValidationError("--meetings-per-second wants 1 to 10000.")
        }
        guard (1...86_400).contains(self.seconds) else { throw ValidationError("--seconds wants 1 to 86400.") }
    }
}
