import Rendezvous
import SecureChannel

/// Who brought a viewer to a host.
enum Introduction: Hashable {
    /// The signaling server, which calls the session by this name.
    case server(SessionIdentifier)
    /// Nobody: it came over the path itself.
    case path(InitiationIdentifier)

    var isPath: Bool {
        if case .path = self { true } else { false }
    }

    /// What signaling calls the session.
    var name: SessionIdentifier? {
        if case .server(let name) = self { name } else { nil }
    }
}
