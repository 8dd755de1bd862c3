import PeerSession
import WireFormat

/// What the person at a simulated peer does.
extension HostParty {
    /// Acts on the host, and takes what it says to that.
    package func act<Result>(at now: Instant, _ body: (inout HostPeer) -> Result) -> Result {
        let result = body(&peer)
        settle(at: now)
        return result
    }
}

extension ViewerParty {
    /// Acts on the viewer, and takes what it says to that.
    package func act<Result>(at now: Instant, _ body: (inout ViewerPeer) -> Result) -> Result {
        let result = body(&peer)
        settle(at: now)
        return result
    }
}
