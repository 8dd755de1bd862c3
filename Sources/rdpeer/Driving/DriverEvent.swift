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
    /// A signal of the operating system, by its number.
    case signal(Int32)
    /// A picture is in its file, or could not be written.
    case pictureWritten(WrittenPicture)
}
