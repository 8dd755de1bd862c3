import FileTransfer
import NetworkIO
import PeerSession
import WireFormat

/// What a program that drives a peer has to deal with.
enum DriverEvent {
    case peer(PeerEvent)
    case timer(DriverTimer)
    case signalingOpened
    /// A connection to a relay, which UDP's silence asked for, could not be opened.
    case relayUnreachable(TransportAddress, TransportProtocol, StreamFailure)
    case signalingFailed(SignalingTransportFailure)
    /// An address or an interface of this machine came or went.
    case addressesChanged
    /// A session has a request for the gateway, over a connection that is to be opened.
    case gatewayConnectionWanted(Path)
    /// A signal of the operating system, by its number.
    case signal(Int32)
    /// The disk has done something for the session of this number.
    case diskFinished(DiskResult, session: Int)
    /// The disk has done something for the pastes of the session of this number.
    case paste(PasteNews, session: Int)
    /// A command that was started has ended, with this status of `wait`.
    case commandEnded(Int32)
    /// A picture is in its file, or could not be written.
    case pictureWritten(WrittenPicture)
}
