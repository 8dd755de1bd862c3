/// Whose relay is measured.
enum RelayKind: String, CaseIterable, Sendable {
    case beeline
    case coturn

    /// Each has an address of its own, so that neither takes the other's ports.
    var ip: String {
        switch self {
        case .beeline: "127.0.0.1"
        case .coturn: "127.0.0.2"
        }
    }
}
