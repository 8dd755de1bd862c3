/// One agent's part in an attempt, from both sides' reports: both agents come to fitting parts by themselves.
package enum TraversalPlan: Hashable, Sendable {
    /// Our port is known: send probes to the other side's ports, from the predicted one upwards or all over.
    case probe(isPredicted: Bool)
    /// Our ports are not known, the other side's is: open the NAT towards it from many sockets.
    case open(sockets: Int)
    /// Neither port is known, but both can be predicted: check from many sockets, each to another predicted port.
    case meet(sockets: Int)

    package static let mostAttempts: UInt8 = 3

    /// - Returns: nil if there is nothing to try (any more).
    package static func of(
        _ mine: NATReport, against theirs: NATReport, attempt: UInt8, role: Agent.Role, _ settings: Agent.HardNAT
    ) -> TraversalPlan? {
        guard mine.isUsable, theirs.isUsable, (1...mostAttempts).contains(attempt) else { return nil }
        switch (mine.isHard, theirs.isHard) {
        case (false, false):
            // One of them must map by address after all, which nobody could see who has one address: first the
            // controlled side is taken for it, then the controlling one.
            guard attempt <= 2 else { return nil }
            return (attempt == 1) == (role == .controlled)
                ? .open(sockets: settings.sockets) : .probe(isPredicted: false)
        case (false, true):
            return attempt <= attempts(against: theirs)
                ? .probe(isPredicted: theirs.isPredictable && attempt == 1) : nil
        case (true, false):
            guard attempt <= attempts(against: mine) else { return nil }
            return .open(sockets: mine.isPredictable && attempt == 1 ? settings.predictedSockets : settings.sockets)
        case (true, true):
            return mine.isPredictable && theirs.isPredictable ? .meet(sockets: settings.predictedSockets * 2) : nil
        }
    }

    /// A prediction that fails is followed by the search that needs none.
    private static func attempts(against hard: NATReport) -> UInt8 { hard.isPredictable ? 2 : 1 }
}
