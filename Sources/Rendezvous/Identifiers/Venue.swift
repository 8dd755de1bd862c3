/// Where a host waits and a viewer knocks.
public enum Venue: Hashable, Sendable, CustomStringConvertible {
    case room(RoomNumber)
    case host(HostIdentifier)

    /// The path that all connections about this venue name in their URL, so that a load balancer's consistent
    /// hash of the path alone brings host and viewer to one server.
    public var urlPath: String {
        switch self {
        case .room(let number): "/room/\(number)"
        case .host(let host): "/host/\(host)"
        }
    }

    public var description: String {
        switch self {
        case .room(let number): "room \(number)"
        case .host(let host): "host \(host)"
        }
    }
}
