import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// What a viewer was asked to do.
struct ViewerSettings {
    var target: ViewTarget
    var trust: SignalingClient.Trust
    var keys: StaticKeyPair
    /// Whether a server whose policy asks who comes is told the key.
    var tellsKey: Bool
    var session: SessionConfiguration
    var interfaces: InterfacePolicy
    var isHeadless: Bool
    var window: WindowOptions
    var snapshotFile: String?
    var snapshotMoment: SnapshotMoment
    var duration: Interval?
    /// Typed into the host once the picture is there.
    var typedText: String?
    /// Watched for programs that measure.
    var probe: PixelPlace?
    var recording: RecordingSettings?
    var files: FileTask?
    /// How files are pasted; nil if they are not.
    var paste: PasteSettings?
}
