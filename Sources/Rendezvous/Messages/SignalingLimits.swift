/// The sizes that no message of the signaling protocol exceeds.
///
/// A handshake message with a dozen candidates takes well under 2 KiB; the largest message, `incoming` with all
/// servers, still fits the whole.
public enum SignalingLimits {
    /// The protocol's version, first byte of every message.
    public static let version: UInt8 = 2
    /// One message, and so one WebSocket frame.
    public static let messageBytes = 16_384
    /// An offer, an answer or a trickled blob: ciphertext to everyone but the peers.
    public static let blobBytes = 8_192
    /// A challenge or its proof.
    public static let proofBytes = 256
    /// What a host shows to get its room back.
    public static let tokenBytes = 16
    /// What a server with a policy gives its peers to be shown again.
    public static let ticketBytes = 64
    /// STUN and TURN servers named to one peer.
    public static let servers = 8
    /// Password algorithms named for one of them.
    public static let passwordAlgorithms = 8
    /// A realm or a nonce that is named ahead for one of them.
    public static let challengeBytes = 64
    /// A host name, a user name or a password of such a server.
    public static let textBytes = 255
}
