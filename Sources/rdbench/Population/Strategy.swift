import ArgumentParser
import ICE
import PeerSession
import WireFormat

/// How sessions look for their path.
package enum Strategy: String, CaseIterable, Sendable, ExpressibleByArgument {
    /// Through the relay, always: what a vendor's relay service does.
    case relayOnly = "relay-only"
    /// ICE as RFC 8445 has it, with its timing, and a relay over UDP or TCP: what a browser's WebRTC does. What it asks
    /// servers, and triggered checks, do not wait for Ta, which makes it faster than the RFC has it.
    case plainICE = "plain-ice"
    /// Everything that Beeline has.
    case full

    /// RFC 8445 section 14.2: "ICE agents SHOULD use a default Ta value, 50 ms".
    private static let standardInterval = Interval.milliseconds(50)
    /// RFC 8445 section 14.3: RTO is at least 500 ms.
    private static let standardTimeout = Interval.milliseconds(500)
    /// RFC 8489 section 6.2.1: Rc is 7.
    private static let standardTransmissions = 7

    var configuration: SessionConfiguration {
        var configuration = SessionConfiguration()
        switch self {
        case .relayOnly: configuration.policy = .relayOnly
        case .plainICE:
            configuration.pacing = Self.standardPacing
            configuration.hardNAT.isEnabled = false
            configuration.tcpUse.isEnabled = false
        case .full: break
        }
        return configuration
    }

    private static var standardPacing: Agent.Pacing {
        var pacing = Agent.Pacing()
        pacing.burstCount = 0
        pacing.interval = standardInterval
        pacing.retransmissionTimeout = standardTimeout
        pacing.maximumTransmissions = standardTransmissions
        // Ours alone: checks repeated early, and several at once through relays.
        pacing.openingTime = .zero
        pacing.relayedBurst = 0
        return pacing
    }

    /// Parses a list separated by commas.
    static func list(_ text: String) throws -> [Strategy] {
        try text.split(separator: ",").map { name in
            guard let strategy = Strategy(rawValue: String(name)) else {
                throw ValidationError(
                    "There is no strategy '\(name)'; these exist: \(allCases.map(\.rawValue).joined(separator: ", ")).")
            }
            return strategy
        }
    }
}
