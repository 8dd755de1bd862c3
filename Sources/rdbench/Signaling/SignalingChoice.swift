import ArgumentParser

/// What of the signaling suite was asked for.
package struct SignalingChoice: Sendable {
    package static let hostsByDefault = 2_000
    static let rateByDefault = 200.0
    static let secondsByDefault = 10.0
    static let churnRateByDefault = 50.0
    static let churnSecondsByDefault = 60.0

    /// Descriptors that a server needs beside its hosts'.
    private static let spareDescriptors = 2_000
    /// Of a server, at least, where more are wanted: a thousand servers would tell nothing of one.
    private static let leastHosts = 1_000

    /// Meetings a second, of all servers together.
    package let meetingsPerSecond: Double
    package let seconds: Double

    /// Whole sessions that come and go, instead of hosts that wait and meetings.
    package let isChurn: Bool
    /// Over TLS (wss), as servers that others reach have it.
    package let isSecure: Bool

    /// - Parameters: nil for what is usual.
    package init(
        meetingsPerSecond: Double? = nil, seconds: Double? = nil, isChurn: Bool = false, isSecure: Bool = false
    ) throws {
        self.meetingsPerSecond = meetingsPerSecond ?? (isChurn ? Self.churnRateByDefault : Self.rateByDefault)
        self.seconds = seconds ?? (isChurn ? Self.churnSecondsByDefault : Self.secondsByDefault)
        self.isChurn = isChurn
        self.isSecure = isSecure
        guard (1...10_000).contains(self.meetingsPerSecond) else {
            throw ValidationError("--meetings-per-second wants 1 to 10000.")
        }
        guard (1...86_400).contains(self.seconds) else { throw ValidationError("--seconds wants 1 to 86400.") }
        if isSecure, isChurn { throw ValidationError("--tls is of hosts that wait, not of --churn.") }
    }

    /// How many servers share so many hosts.
    ///
    /// - Parameter descriptors: as many as a process may have.
    /// - Throws: that these are too few.
    package static func servers(for hosts: Int, descriptors: Int) throws(BenchFailure) -> Int {
        let most = descriptors - spareDescriptors
        let least = min(hosts, leastHosts)
        guard most >= least else {
            throw .tooFewDescriptors(descriptors, wanted: spareDescriptors + least)
        }
        return (hosts + most - 1) / most
    }
}
