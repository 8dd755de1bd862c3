import Foundation
import Rendezvous
import WireFormat

/// What is known of one session: from signaling, from the relay, and from its peers.
struct ObservedSession: Sendable {
    let name: String
    let startedAt: Date
    let introduction: Introduction
    /// Its signaling goes on.
    var isSignaled = true
    /// Relayed addresses of its peers.
    var allocations = 0
    /// The newest report of each side.
    var hostReport: SessionReport?
    var viewerReport: SessionReport?
    /// Its figures are in the totals.
    var isCounted = false
    /// Reports of it that were news.
    var news = 0

    /// Goes on, for all that is known here.
    var isLive: Bool { !isOver && (isSignaled || allocations > 0) }

    /// Its data goes through the relay, if need be by the address of a host that waited, or may do so: the peers have not
    /// said.
    var needsRelay: Bool { isLive && (path == .relayed || allocations > 0 && path != .direct) }

    var path: SessionReport.PathKind? { viewerReport?.path ?? hostReport?.path }

    /// Both peers agreed to tell how it was, and it is over.
    var isReported: Bool { hostReport?.isFinal == true && viewerReport?.isFinal == true }

    private var isOver: Bool { hostReport?.isFinal == true || viewerReport?.isFinal == true }

    /// The viewer measures all there is; what it lacks the host may have.
    var figures: SessionFigures? {
        guard let viewer = viewerReport, let host = hostReport else { return nil }
        return SessionFigures(
            path: viewer.path, seconds: Double(max(viewer.durationMilliseconds, host.durationMilliseconds)) / 1_000,
            rttP50Seconds: (viewer.rttP50Microseconds ?? host.rttP50Microseconds).map { Double($0) / 1e6 },
            rttP95Seconds: (viewer.rttP95Microseconds ?? host.rttP95Microseconds).map { Double($0) / 1e6 },
            firstFrameSeconds: viewer.firstFrameMilliseconds.map { Double($0) / 1e3 })
    }

    /// Whose report it is; nil if that is not known. The peers of a meeting come by new connections, and a session that the
    /// viewer left is not known to signaling.
    func side(of told: RendezvousServer.Side, from source: TransportAddress) -> RendezvousServer.Side? {
        switch told {
        case .host, .viewer: told
        // A proxy names no ports, and both may be behind one NAT: who has had his last word, it is not.
        case .unknown where introduction.host == introduction.viewer:
            viewerReport?.isFinal == true ? .host : hostReport?.isFinal == true ? .viewer : nil
        case .unknown where source == introduction.viewer: .viewer
        case .unknown where source == introduction.host: .host
        case .unknown: nil
        }
    }

    /// The newest report of a side.
    func report(of side: RendezvousServer.Side) -> SessionReport? {
        switch side {
        case .host: hostReport
        case .viewer: viewerReport
        case .unknown: nil
        }
    }

    mutating func note(_ report: SessionReport, by side: RendezvousServer.Side) {
        switch side {
        case .host: hostReport = report
        case .viewer: viewerReport = report
        case .unknown: break
        }
    }
}

/// The four figures of one session.
struct SessionFigures: Equatable, Sendable {
    var path: SessionReport.PathKind
    var seconds: Double
    var rttP50Seconds: Double?
    var rttP95Seconds: Double?
    var firstFrameSeconds: Double?
}
