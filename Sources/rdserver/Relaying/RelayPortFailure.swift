import WireFormat

/// There is no port to listen on for STUN and TURN.
enum RelayPortFailure: Error, CustomStringConvertible {
    /// The port that was asked for is one of those that relayed addresses are made of.
    case isRelayed(UInt16)
    /// No free port was found that UDP and TCP both have and relayed addresses do not.
    case noneFree

    var description: String {
        switch self {
        case .isRelayed(let port):
            "Port \(port) is among --relay-ports, which relayed addresses are made of. Choose another for --turn-port."
        case .noneFree:
            "No port was found that is free for UDP and TCP and not among --relay-ports. Name one with --turn-port."
        }
    }
}
