import FileTransfer
import ICE
import Transport
import WireFormat

/// What a session may do and how long it is patient.
public struct SessionConfiguration: Sendable {
    /// Which paths it may take.
    public var policy = Agent.Policy.all
    /// Host: takes no input. Viewer: sends none.
    public var isViewOnly = false
    /// Whether the server is told the session's figures: its path, round trip, bytes, time to first frame.
    public var isReporting = true
    /// What this side shares of its clipboard, both ways: nothing unless it is asked to.
    public var clipboard = ClipboardOffer.nothing
    /// What this side takes of files that are copied on the other side; with nothing it gives none of its own either.
    public var paste = PasteLimits.nothing
    /// What the other side may do with files: nothing unless it is asked to.
    public var files = FilePolicy.off
    /// Viewer: whether it looks at all, or comes for files alone.
    public var isScreenWanted = true
    /// Host: how long a session may take, from its first path on; nil for as long as both like.
    public var timeLimit: Interval?
    /// Host: whether sessions are recorded, which a server's policy may ask for, and which the viewer is told.
    public var isRecording = false
    /// How long an offer may wait for its answer, and an answer for its confirmation.
    public var handshakeTimeout = Interval.seconds(30)
    /// How long a session without a path goes on looking for one: the time of a train's tunnel, a laptop's move, a lid that
    /// was closed for a coffee. After it the other side is gone for good.
    public var reconnectPatience = Interval.seconds(600)
    /// A path over which nothing came for so long is lost to the user, though consent to use it (RFC 7675) lasts
    /// longer: five pings of the peer, and their acknowledgements.
    public var silenceLimit = Interval.seconds(5)
    /// An idle session measures its round trip this often.
    public var pingInterval = Interval.seconds(1)
    /// Direct connections over TCP, where UDP brings no direct path.
    public var tcpUse = Agent.TCPUse()
    /// Whether a gateway may be asked for a port.
    public var asksGateway = true
    /// The default gateway of the network that this machine is in, if it has one.
    public var gateway: IPAddress?
    public var pacing = Agent.Pacing()
    public var liveness = Agent.Liveness()
    public var hardNAT = Agent.HardNAT()
    public var transport = Connection.Configuration()

    public init() { tcpUse.isEnabled = true }

    /// Of a session whose handshake went over the path itself: there is neither server nor relay, the router has let the
    /// viewer through, and UDP works.
    var onPathAlone: SessionConfiguration {
        var configuration = self
        configuration.policy = .directOnly
        configuration.tcpUse.isEnabled = false
        configuration.asksGateway = false
        configuration.gateway = nil
        return configuration
    }
}
