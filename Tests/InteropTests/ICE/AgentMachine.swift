import ICE
import NetworkIO
import STUN
import WireFormat

/// Our agent on a loop, with as little around it as can be, and with what a NAT does to first packets.
struct AgentMachine: DatagramMachine {
    typealias Failure = Agent.Failure

    /// Whose NAT lets a packet in only after one went out to where it comes from (RFC 4787 section 5, "Address and
    /// Port-Dependent Filtering").
    enum NAT: CaseIterable {
        case none
        case ours
        case theirs
    }

    var agent: Agent
    var nat = NAT.none
    var candidates: [Candidate] = []
    var received: [[UInt8]] = []
    /// The role in the other agent's latest check that came without a relay.
    private(set) var claimedRole: Agent.Role?
    /// Checks that the NAT dropped.
    var dropped = 0
    var outgoing: [[UInt8]] = []
    private var sentTo: Set<TransportAddress> = []
    private var heardFrom: Set<TransportAddress> = []

    init(agent: Agent) { self.agent = agent }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure) {
        heardFrom.insert(path.remote)
        guard nat != .ours || sentTo.contains(path.remote) else {
            dropped += 1
            return
        }
        noteRole(datagram)
        guard case .payload(let range, _) = try agent.receive(datagram, on: path, at: now) else { return }
        received.append(datagram.extracting(range).copied())
    }

    private mutating func noteRole(_ datagram: Span<UInt8>) {
        guard let message = try? Message(datagram), message.messageClass == .request else { return }
        if message.first(.iceControlling) != nil { claimedRole = .controlling }
        if message.first(.iceControlled) != nil { claimedRole = .controlled }
    }

    mutating func advance(to now: Instant) { agent.advance(to: now) }

    var nextDeadline: Instant? { agent.nextDeadline }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        if let payload = outgoing.first, let pair = agent.selectedIdentifier {
            outgoing.removeFirst()
            if let path = agent.send(payload.span, over: pair, into: &packet, at: now) { return path }
        }
        while let path = agent.pollTransmit(into: &packet, at: now) {
            sentTo.insert(path.remote)
            if nat != .theirs || heardFrom.contains(path.remote) { return path }
            dropped += 1
            packet.removeAll()
        }
        return nil
    }

    mutating func streamClosed(_ path: Path, at now: Instant) { agent.connectionClosed(path, at: now) }

    func keepsStream(_ path: Path) -> Bool { agent.usesConnection(path) }

    mutating func pollEvent() -> Agent.Event? {
        guard let event = agent.pollEvent() else { return nil }
        if case .localCandidate(let candidate) = event { candidates.append(candidate) }
        return event
    }
}
