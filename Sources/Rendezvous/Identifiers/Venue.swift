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

    /// The venue that a path names; nil for every other path.
    public init?(urlPath path: some StringProtocol) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].isEmpty else { return nil }
        switch parts[1] {
        case "room":
            guard let number = UInt32(parts[2]), "\(number)" == parts[2], let room = RoomNumber(number) else {
                return nil
            }
            self = .room(room)
        case "host":
            guard let host = HostIdentifier(hexadecimal: parts[2]) else { return nil }
            self = .host(host)
        default: return nil
        }
    }

    public var description: String {
        switch self {
        case .room(let number): "room \(number)"
        case .host(let host): "host \(host)"
        }
    }
}
