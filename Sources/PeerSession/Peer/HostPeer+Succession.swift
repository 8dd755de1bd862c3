import SecureChannel
import WireFormat

/// Who comes after a viewer that has vanished without a word.
///
/// An unattended host, and one whose code has not served yet, would otherwise be busy for as long as the session is
/// patient. A newcomer takes the place only once it has spoken under its session's keys: an offer alone may be a copy, by
/// whoever carries signaling. It takes it
///  - at once, if the viewer in place has never spoken itself, or has lost its path;
///  - with the key of the viewer in place, which is that machine come again, as soon as the one in place has not been
///    heard for `silence`. One that is well answers the host's ping of every second, and then the newcomer is told that the
///    host is busy. Only an answer to what was sent after the newcomer had spoken shows that: any other record may have been
///    held back by somebody on the way.
///
/// One that has not spoken in time is told so too, unless the session in place is as dead: then it waits on, as long as no
/// other needs its place among the negotiations, for either may find its path first.
///
/// Until the place is its own, a newcomer sees nothing of the screen.
extension HostPeer {
    enum Precedence {
        /// There is no session.
        case free
        /// The session in place goes on.
        case taken
        /// It shows within `silence`, or in the time that the newcomer has to speak.
        case open
        case yielded
    }

    /// Two pings of the viewer in place, and their acknowledgements, missing.
    static let silence = Interval.seconds(2)
    /// What the viewer in place sent before it was started again may come so long after the newcomer has spoken. What comes
    /// later delays nothing.
    static let lateness = Interval.milliseconds(500)

    /// With codes there is nobody to come: a code that has served is gone.
    var isUnattended: Bool {
        if case .authorizedKeys = access { true } else { false }
    }

    /// Whether another viewer may try. A code has served once its viewer has spoken: until then whoever was told it may
    /// have started again, and what the host has heard may be a copy.
    var isOpen: Bool { isUnattended || active?.session.isProven != true }

    /// Whether the session in place could make room for another that begins.
    func mayEverYield(to viewer: PublicKey?) -> Bool {
        guard let active else { return true }
        return isOpenToAll(active) || active.session.peerKey == viewer
    }

    private func isOpenToAll(_ hosted: HostedSession) -> Bool {
        !hosted.session.isProven || hosted.session.isPathLost || hosted.session.end != nil
    }

    func precedence(of newcomer: HostedSession, at now: Instant) -> Precedence {
        if isShutOut(newcomer) { return .taken }
        if active == nil, isNext(newcomer) { return .free }
        guard let provenAt = newcomer.provenAt else {
            let isOverdue = newcomer.isOverdue(configuration.handshakeTimeout, at: now)
            return isOverdue && !mayWait(newcomer) ? .taken : .open
        }
        guard let active else { return .free }
        if isOpenToAll(active) { return .yielded }
        guard active.session.peerKey == newcomer.session.peerKey,
            active.session.transport.answeredPacketSentAt.map({ $0 <= provenAt }) ?? true
        else { return .taken }
        return yieldsAt(active, newcomerProvenAt: provenAt) <= now ? .yielded : .open
    }

    /// When the session in place makes way for the same machine, unless its viewer shows before that it is there.
    private func yieldsAt(_ active: HostedSession, newcomerProvenAt: Instant) -> Instant {
        min(active.session.spokeAt, newcomerProvenAt + Self.lateness) + Self.silence
    }

    /// A code that has served is for the machine that it has served alone, should that have started again.
    private func isShutOut(_ newcomer: HostedSession) -> Bool {
        guard let active, !isUnattended, code == nil else { return false }
        return newcomer.session.peerKey != active.session.peerKey
    }

    /// Whether the place that is free is for this newcomer. Who comes over the path alone may be a copy of one who came
    /// before: it has no place until it has spoken. Nor has one that is silent while another has.
    private func isNext(_ newcomer: HostedSession) -> Bool {
        if newcomer.provenAt != nil { return true }
        return !newcomer.introduction.isPath && !negotiations.contains { $0.session.isProven }
    }

    /// Whether it may take longer than it has to speak. Over the path alone it has spoken as soon as there is one; and a
    /// machine that has come anew since needs the relays that the host may have for its viewers.
    private func mayWait(_ newcomer: HostedSession) -> Bool {
        guard let active, !newcomer.introduction.isPath, isOpenToAll(active) else { return false }
        return !negotiations.contains { $0.follows(newcomer) }
    }

    /// Of those that have not spoken, the newest is the likeliest to be there: where all places are taken, the oldest rival
    /// of a newcomer is turned away.
    ///
    /// - Returns: false if there is none.
    mutating func makeRoom(at now: Instant, inPlaceOf isRival: (HostedSession) -> Bool) -> Bool {
        guard negotiations.count == Self.maximumNegotiations else { return true }
        // With a code, an offer stays a try until its viewer has shown that it has the words.
        let oldest = negotiations.firstIndex { $0.session.isEstablished && !$0.session.isProven && isRival($0) }
        guard let oldest else { return false }
        turnAway(oldest, at: now)
        return true
    }

    /// When a newcomer that waits is to be decided about.
    var successionDeadline: Instant? {
        var earliest: Instant?
        for newcomer in negotiations where newcomer.session.isEstablished {
            if let provenAt = newcomer.provenAt {
                guard let active, active.session.end == nil else { continue }
                earliest = Instant.earlier(earliest, yieldsAt(active, newcomerProvenAt: provenAt))
            } else if !mayWait(newcomer) {
                earliest = Instant.earlier(earliest, newcomer.beganAt + configuration.handshakeTimeout)
            }
        }
        return earliest
    }
}
