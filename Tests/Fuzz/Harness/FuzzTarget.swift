import WireFormat

/// What is fuzzed: one case for each group of parsers that belong together.
///
/// `Tests/Fuzz/parsers.tsv` says which case covers which source file.
public enum FuzzTarget: String, CaseIterable, Sendable {
    /// STUN messages, attributes, integrity and fingerprint.
    case stun
    /// TURN's ChannelData and the framing of streams.
    case framing
    /// A TURN server with clients and peers.
    case turnServer
    /// A TURN client and its server's answers.
    case turnClient
    /// An ICE agent, its servers and its peer; candidates.
    case ice
    /// Discovery of what a NAT does, and its server.
    case behavior
    /// PCP and NAT-PMP answers.
    case gateway
    /// UPnP: SSDP, HTTP, XML.
    case upnp
    /// Handshake messages, records, sealed blobs, proofs.
    case secureChannel
    /// Handshakes on the path alone: a host that listens and a viewer that knocks.
    case path
    /// Packets of the transport.
    case transport
    /// Screen datagrams and tile bodies, against the naive decoder.
    case screen
    /// Signaling messages, their server and client.
    case rendezvous
    /// What peers tell each other inside a session, and peers as a whole.
    case peer
    /// What peers say to each other about files, and the files' bytes.
    case files
    /// Recorded sessions: sealed files and the events in them.
    case recording
    /// Text and files: addresses, codes, keys, populations, recordings.
    case text
    /// What the owner of a machine types, and files of its own: server URLs, lists of keys, key files, the table of routes.
    case settings

    private var function: ([UInt8]) throws(Finding) -> Void {
        switch self {
        case .stun: fuzzSTUN
        case .framing: fuzzFraming
        case .turnServer: fuzzTURNServer
        case .turnClient: fuzzTURNClient
        case .ice: fuzzICE
        case .behavior: fuzzBehavior
        case .gateway: fuzzGateway
        case .upnp: fuzzUPnP
        case .secureChannel: fuzzSecureChannel
        case .path: fuzzPath
        case .transport: fuzzTransport
        case .screen: fuzzScreen
        case .rendezvous: fuzzRendezvous
        case .peer: fuzzPeer
        case .files: fuzzFiles
        case .recording: fuzzRecording
        case .text: fuzzText
        case .settings: fuzzSettings
        }
    }

    /// Runs one input; traps or throws if it breaks anything.
    public func run(_ input: [UInt8]) throws(Finding) { try function(input) }

    /// Inputs to start from: what our own encoders write.
    public var seeds: [[UInt8]] {
        switch self {
        case .stun: stunSeeds()
        case .framing: framingSeeds()
        case .turnServer: turnServerSeeds()
        case .turnClient: turnClientSeeds()
        case .ice: iceSeeds()
        case .behavior: behaviorSeeds()
        case .gateway: gatewaySeeds()
        case .upnp: upnpSeeds()
        case .secureChannel: secureChannelSeeds()
        case .path: pathSeeds()
        case .transport: transportSeeds()
        case .screen: screenSeeds()
        case .rendezvous: rendezvousSeeds()
        case .peer: peerSeeds()
        case .files: filesSeeds()
        case .recording: recordingSeeds()
        case .text: textSeeds()
        case .settings: settingsSeeds()
        }
    }
}
