import WireFormat

/// The first data, which does not wait for an answer.
///
/// **Deviation.** RFC 8445 section 12.1 and RFC 7675 section 5.1 let an agent send data once a check of its own was
/// answered: a whole round trip after the peer's check has told it that the peer can reach it and listens. The
/// controlled agent sends its first data when that check comes, over the way that it came, for what the answer would
/// prove is known:
///
/// - The check is authentic, so the peer has read our description and wants this session.
/// - The peer itself has named the address that the check came from (any port of it, for NATs choose their own), in a
///   description that nobody between could write. A check that was copied and sent from elsewhere opens nothing.
/// - It happens once in an agent's life, for one pair, and ends when that pair's check fails. Before the peer has
///   acknowledged anything no more leaves than the congestion controller's initial window, and its probes.
extension Agent {
    /// The pair that data may take as long as none is selected; nil if there is none, or not any more.
    public var earlyIdentifier: PairIdentifier? { selected == nil ? early : nil }

    /// The peer's check came over a pair.
    mutating func noteCheck(over index: Int) {
        pairs[index].isAskedOver = true
        offerEarly(index)
    }

    /// The peer has named an address: its checks may have come from there before.
    mutating func noteNamed(_ address: IPAddress) {
        guard isEarlyPossible else { return }
        for index in pairs.indices where pairs[index].isAskedOver && pairs[index].remote.address.ip == address {
            offerEarly(index)
        }
    }

    private var isEarlyPossible: Bool { role == .controlled && early == nil && !hasBegun }

    private mutating func offerEarly(_ index: Int) {
        let pair = pairs[index]
        guard isEarlyPossible, pair.generation == current.number, pair.isPermitted, !pair.isRevoked, !pair.isOverTCP,
            !pair.isValid, isNamed(pair.remote.address.ip)
        else { return }
        hasBegun = true
        early = pair.identifier
        emit(.earlyPair(describe(pair)))
    }

    private func isNamed(_ address: IPAddress) -> Bool {
        remoteCandidates.contains { !$0.isLearned && $0.candidate.address.ip == address }
    }
}
