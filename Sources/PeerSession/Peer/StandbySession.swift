import ScreenCodec
import WireFormat

/// A session that has no viewer yet, and the sockets that are its own.
struct StandbySession {
    var sockets: SocketSet
    var session: Session<ScreenSender>
}
