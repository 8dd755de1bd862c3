import ICE
import Rendezvous
import SecureChannel
import WireFormat

/// What a peer tells its driver; drained with `pollEvent()`.
public enum PeerEvent: Hashable, Sendable {
    /// Open the signaling connection to this path of the server's URL.
    case connectSignaling(path: String)
    /// Close the signaling connection.
    case disconnectSignaling(Reason)
    /// Look up this name and call `resolved`.
    case resolve(String)
    /// Host: one more set of sockets is wanted, for the next session.
    case socketsWanted
    /// Host: these sockets are not used any more.
    case socketsReleased(Int)
    /// Connect to this TURN server over TCP or TLS, for the session with these sockets (0 for a viewer), and call
    /// `streamOpened` when the connection is there, or `streamFailed`.
    case streamWanted(sockets: Int, TransportAddress, TransportProtocol)
    /// Open so many UDP sockets at this address, best with consecutive ports, for the session with these sockets (0 for a
    /// viewer), and call `addPunchSockets` with those that could be opened.
    case punchSocketsWanted(sockets: Int, count: Int, at: IPAddress)
    /// These of them may be closed; the others go with their session.
    case punchSocketsReleased(sockets: Int, [TransportAddress])
    /// Open a TCP port at the address of each of these UDP sockets, best with the same number, and call
    /// `listenerOpened`, for the session with this set of sockets.
    case listenersWanted(sockets: Int, [TransportAddress])
    /// Connect from the local TCP port to the remote one, and call `connectionOpened` or `connectionClosed`.
    case connectionWanted(sockets: Int, Path, to: Agent.ConnectionTarget)
    /// This connection may be closed.
    case connectionReleased(Path)
    /// Host: waiting for a viewer who has this code.
    case code(ConnectionCode)
    /// Host: waiting for viewers with authorised keys.
    case waiting(PublicKey)
    /// Host: an offer was not let in.
    case refused(SessionRefusal)
    /// Host: somebody tried the code and did not have the words; so many tries so far.
    case tryFailed(count: Int)
    /// Host: so many tries with this code failed; it is worthless now.
    case codeBurned(tries: Int)
    /// Host: nobody came for the code for so long that the server has dropped it; another one follows.
    case codeExpired
    /// Host: a session begins that wants a picture of the whole screen.
    case screenWanted
    /// Signaling is lost for now, and tried again by itself; a running session goes on.
    case signalingLost
    /// The server has sent this side away for good; a running session goes on without it.
    case signalingEnded(Reason)
    /// Signaling is back.
    case signalingRestored
    /// The server does not grant what was asked.
    case signalingRefused(Reason)
    /// The server puts off what was asked, for this reason; it is asked again by itself.
    case signalingDelayed(Reason)
    /// The server's policy holds the session to these terms.
    case terms(SessionTerms)
    /// Viewer: the server's policy decides by who comes, and the server was told this machine's key; nil if it was not.
    case identified(PublicKey?)
    /// Something of the session.
    case session(SessionEvent)
    /// The peer does nothing any more.
    case finished(Reason)
}
