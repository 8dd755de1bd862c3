import Rendezvous
import SecureChannel
import TURN
import WireFormat

extension AuditRecord {
    /// The record of something that signaling did; nil for work that leaves no trace.
    init?(_ event: RendezvousServer.Event) {
        switch event {
        case .opened(let venue, let source, _):
            self.init(.opened)
            self.venue = Self.name(of: venue)
            hostAddress = source.description
        case .closed(let venue, let reason):
            self.init(.closed)
            self.venue = Self.name(of: venue)
            self.reason = "\(reason)"
        case .introduced(let session, let introduction):
            self.init(.met)
            self.session = session.description
            set(introduction)
        case .answered(let session, let interval):
            self.init(.answered)
            self.session = session.description
            durationSeconds = interval.seconds
        case .ended(let session, let reason, let duration, let bytes):
            self.init(.ended)
            self.session = session.description
            self.reason = "\(reason)"
            durationSeconds = duration.seconds
            bytesSignaled = bytes
        case .reported(let session, let report, let side, let source):
            self.init(.reported)
            sourceAddress = source.description
            self.session = session.description
            self.side = "\(side)"
            set(report)
        case .refused(let subject, let reason, let source):
            self.init(.refused)
            venue = "\(subject)"
            viewerAddress = source.description
            self.reason = "\(reason)"
        case .declined(let session, let introduction, let reason):
            self.init(.refused)
            self.session = session.description
            set(introduction)
            self.reason = "\(reason)"
        case .challengeNeeded, .verify, .verifyViewer, .serversNeeded, .standbyNeeded, .close: return nil
        }
    }

    /// The record of something that the relay did.
    init?(_ event: TURN.Server.Event) {
        switch event {
        case .allocationCreated(let allocation):
            self.init(.relayStarted)
            set(allocation)
        case .allocationEnded(let allocation, let end):
            self.init(.relayEnded)
            set(allocation)
            reason = end.rawValue
            bytesRelayed = allocation.traffic.bytesToPeers + allocation.traffic.bytesToClient
        case .allocationMoved(let allocation, _):
            self.init(.relayMoved)
            set(allocation)
        case .openRelay, .closeRelay: return nil
        }
    }

    /// A host with a key is named by its HOST-ID, as its users know it.
    static func name(of venue: Venue) -> String {
        guard case .host(let host) = venue, let key = PublicKey(bytes: host.bytes) else { return venue.description }
        return "host \(key)"
    }

    private mutating func set(_ introduction: Introduction) {
        venue = introduction.venue.map(Self.name)
        hostAddress = introduction.host.description
        viewerAddress = introduction.viewer.description
        if case .proven(let key) = introduction.identity {
            viewerKey = PublicKey(bytes: key.bytes).map { "\($0)" }
        }
        if let permit = introduction.permit, !permit.terms.isEmpty { terms = "\(permit.terms)" }
    }

    private mutating func set(_ report: SessionReport) {
        path = "\(report.path)"
        durationSeconds = Double(report.durationMilliseconds) / 1_000
        bytesSent = report.bytesSent
        bytesReceived = report.bytesReceived
        rttP50Milliseconds = report.rttP50Microseconds.map { Double($0) / 1_000 }
        rttP95Milliseconds = report.rttP95Microseconds.map { Double($0) / 1_000 }
        firstFrameMilliseconds = report.firstFrameMilliseconds.map { Double($0) }
        reason = report.isFinal ? "final" : nil
    }

    /// A relay's user is a session and its side, or a host that waits for one.
    private mutating func set(_ allocation: TURN.Server.AllocationRecord) {
        if let waiting = CredentialMint.venue(ofUser: allocation.user) {
            venue = Self.name(of: waiting)
            side = "host"
            hostAddress = allocation.client.remote.description
            return
        }
        let parts = allocation.user.split(separator: "-")
        session = parts.first.map(String.init)
        side = parts.count == 2 ? String(parts[1]) : nil
        viewerAddress = side == "viewer" ? allocation.client.remote.description : nil
        hostAddress = side == "host" ? allocation.client.remote.description : nil
    }
}
