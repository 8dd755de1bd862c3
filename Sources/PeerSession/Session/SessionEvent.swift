import FileTransfer
import ICE
import WireFormat

/// What a session tells its owner; drained with `pollEvent()`.
public enum SessionEvent: Hashable, Sendable {
    /// The host's answer, to go through signaling.
    case answer([UInt8])
    /// A further blob, to go through signaling.
    case signal([UInt8])
    /// Connect to this TURN server over TCP or TLS: nothing was heard over UDP so far. When it is open, call
    /// `addSocket` with the connection's local address; if that fails, `streamFailed`.
    case streamWanted(TransportAddress, TransportProtocol)
    /// So many UDP sockets are wanted at this address for a few seconds, best with consecutive ports; call
    /// `addPunchSockets` with those that could be opened.
    case punchSocketsWanted(count: Int, at: IPAddress)
    /// These of them may be closed.
    case punchSocketsReleased([TransportAddress])
    /// Open a TCP port at the address of each of these UDP sockets, best with the same number, and call `addListener`.
    case listenersWanted([TransportAddress])
    /// Connect from the local TCP port to the remote one, and call `connectionOpened` or `connectionClosed`.
    case connectionWanted(Path, to: Agent.ConnectionTarget)
    /// This connection may be closed.
    case connectionReleased(Path)
    /// The peer has proven who it is; the secret name under which both can meet again through the server.
    case authenticated(meeting: [UInt8])
    /// The first path works; since the session's start.
    case connected(CandidatePair, setup: Interval)
    /// No path has worked so far, for longer than most take to be found; the session goes on looking.
    case pathMissing
    /// The session's data moved to this path.
    case pathChanged(CandidatePair)
    /// No path works at the moment; the session waits and looks for another.
    case pathLost
    /// The viewer has seen every part of the screen, at 28 dB or better; since the session's start.
    case firstFrame(Interval)
    /// The viewer's picture equals the host's for the first time; since the session's start.
    case sharpFrame(Interval)
    /// A round trip as the transport measured it.
    case roundTrip(Interval)
    /// What the viewer's hands did.
    case input(InputEvent)
    /// The shape of the host's pointer.
    case cursor(CursorShape)
    /// The other side takes texts of these selections: what is copied here is to be sent.
    case clipboardWanted(ClipboardOffer)
    /// A text that was copied on the other side.
    case clipboard(ClipboardText)
    /// Something about files: the disk is wanted, or news.
    case file(TransferEvent)
    /// Something about files that are copied and pasted.
    case paste(PasteEvent)
    /// Whether the host takes input.
    case inputPolicy(isViewOnly: Bool)
    /// How long the host lets this session take.
    case timeLimit(Interval)
    /// The host records this session.
    case recorded
    case ended(SessionEnd)
}
