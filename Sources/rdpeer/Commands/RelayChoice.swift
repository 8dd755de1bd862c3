import ArgumentParser
import ICE

/// `--relay`: whether a session may go through the server's relay.
enum RelayChoice: String, ExpressibleByArgument, CaseIterable {
    case auto
    case only
    case never

    var policy: Agent.Policy {
        switch self {
        case .auto: .all
        case .only: .relayOnly
        case .never: .directOnly
        }
    }
}
