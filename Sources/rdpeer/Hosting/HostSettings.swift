import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel

/// What a host was asked to do.
struct HostSettings {
    /// Nil if viewers only come where the host listens.
    var server: SignalingURL?
    var trust: SignalingClient.Trust
    var access: HostAccess
    /// Where the keys of `access` stand.
    var keysFile: AuthorizedKeysFile?
    var keys: StaticKeyPair
    var session: SessionConfiguration
    var interfaces: InterfacePolicy
    /// Where viewers come without a server.
    var listen: ListenAddress?
    /// Ends after the first session.
    var isOnce: Bool
    var recording: RecordingSettings?
    /// Where files are received and sent from; nil if neither.
    var filesFolder: String?
    /// How files are pasted; nil if they are not.
    var paste: PasteSettings?
    /// What to do when a viewer is gone for good.
    var lockCommand: LockCommand?
}
