import STUN
import TURN
import WireFormat

/// One ICE agent (RFC 8445) of one session: one component, one data stream, full implementation, trickling (RFC 8838),
/// consent (RFC 7675), repeated nomination.
public struct Agent: Sendable {
}
