import ScreenCodec
import WireFormat

/// A session that has no viewer yet, and the sockets that are its own.
struct StandbySession {
    var sockets: SocketSet
    private var shared: CopyOnWrite<Session<ScreenSender>>

    init(sockets: SocketSet, session: Session<ScreenSender>) {
        self.sockets = sockets
        shared = CopyOnWrite(session)
    }

    var session: Session<ScreenSender> {
        _read { yield shared.value }
        _modify { yield &shared.value }
    }
}
