import ICE
import NetworkSimulator
import PeerSession
import WireFormat

/// What its owner asks of a live session.
extension LiveSession {
    /// What both sides said of the session since an instant.
    package func hostEvents(since start: Instant = .zero) -> [SessionEvent] {
        host.events.compactMap { entry in
            if case .session(let event) = entry.event, entry.instant >= start { event } else { nil }
        }
    }

    package func viewerEvents(since start: Instant = .zero) -> [SessionEvent] {
        viewer.events.compactMap { entry in
            if case .session(let event) = entry.event, entry.instant >= start { event } else { nil }
        }
    }

    package var received: [InputEvent] {
        hostEvents().compactMap { if case .input(let event) = $0 { event } else { nil } }
    }

    package var ends: [SessionEnd] {
        (hostEvents() + viewerEvents()).compactMap { if case .ended(let end) = $0 { end } else { nil } }
    }

    /// Whether the viewer's picture is the host's, pixel for pixel.
    package var isEqual: Bool {
        let picture = picture
        return viewer.peer.shows(picture.span)
    }

    /// Whether it is, and the viewer knows.
    package var isAtRest: Bool { viewer.peer.session.screen.isExact && isEqual }

    package var viewerPair: CandidatePair? { viewer.peer.session.selectedPair }
    package var hostPair: CandidatePair? { host.peer.session?.selectedPair }

    /// Both sides send over a path of this kind.
    package func isConnected(relayed: Bool) -> Bool {
        viewerPair?.isRelayed == relayed && hostPair?.isRelayed == relayed
    }

    package var isConnected: Bool { viewerPair != nil && hostPair != nil }
}

extension Sequence<SessionEvent> {
    package var roundTripCount: Int { count { if case .roundTrip = $0 { true } else { false } } }
    package var pathLossCount: Int { count { $0 == .pathLost } }
    package var hasPath: Bool {
        contains {
            switch $0 {
            case .connected, .pathChanged: true
            default: false
            }
        }
    }
}
