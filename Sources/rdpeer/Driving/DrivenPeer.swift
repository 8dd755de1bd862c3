import FileTransfer
import NetworkIO
import PeerSession
import WireFormat

/// What the driver needs of a peer, host or viewer alike: datagrams, time, signaling messages, events.
protocol DrivenPeer: SessionOwner, SendableMetatype {
    mutating func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant)
    mutating func advance(to now: Instant)
    var nextDeadline: Instant? { mutating get }
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path?
    var transmittedECN: ECNCodepoint { get }
    mutating func pollEvent() -> PeerEvent?

    var firstSignalingMessage: [UInt8]? { get }
    mutating func signalingLocated(_ addresses: [IPAddress], port: UInt16, isSecure: Bool, at now: Instant)
    mutating func signalingReached(at now: Instant)
    mutating func signalingOpened(serverAddress: IPAddress?, isFirstMessageTaken: Bool, at now: Instant)
    mutating func signalingClosed(isUnknown: Bool, at now: Instant)
    mutating func receiveMessage(_ message: Span<UInt8>, at now: Instant)
    mutating func pollMessage(into message: inout OutputSpan<UInt8>, at now: Instant) -> Bool
    mutating func resolved(_ name: String, _ addresses: [IPAddress], at now: Instant)
    mutating func streamOpened(
        _ local: TransportAddress, transport: TransportProtocol, server: TransportAddress?, sockets: Int,
        at now: Instant)
    mutating func streamFailed(
        _ server: TransportAddress, transport: TransportProtocol, sockets: Int, at now: Instant)
    mutating func streamClosed(_ local: TransportAddress, transport: TransportProtocol, at now: Instant)
    mutating func addPunchSockets(_ addresses: [TransportAddress], sockets: Int, at now: Instant)
    mutating func listenerOpened(_ local: TransportAddress, sockets: Int, at now: Instant)
    mutating func connectionOpened(_ path: Path, at now: Instant)
    mutating func connectionClosed(_ path: Path, at now: Instant)
    func usesConnection(_ path: Path) -> Bool
    mutating func gatewayConnectionEnded(_ path: Path, isFailure: Bool, at now: Instant)
    mutating func networkChanged(at now: Instant)
    mutating func gatewayChanged(to gateway: IPAddress, at now: Instant)
    var wantedPastes: PasteLimits { get }
    var givenPastes: Set<UInt64> { get }
    func pasteProgress(_ direction: FileProgress.Direction) -> PasteProgress?
    mutating func close(text: String, at now: Instant)
}

/// A host has long been connected when somebody waits for something.
extension HostPeer: DrivenPeer {
    mutating func signalingLocated(_ addresses: [IPAddress], port: UInt16, isSecure: Bool, at now: Instant) {}
    mutating func signalingReached(at now: Instant) {}
}

extension ViewerPeer: DrivenPeer {}
