import PeerSession

extension SessionEnd {
    /// Whether somebody ended it because he wanted to.
    var isOrderly: Bool {
        switch self {
        case .closed, .closedByPeer: true
        default: false
        }
    }
}
