import PeerSession

extension SessionEnd {
    /// Whether somebody ended it because he wanted to, or had it end at its time.
    var isOrderly: Bool {
        switch self {
        case .closed, .closedByPeer, .timeIsOver: true
        default: false
        }
    }
}
