import ICE
import STUN
import WireFormat

/// One agent whose peer is the test: it reads each packet and writes each answer.
struct LoneAgent {
    /// A packet that left.
    struct Packet {
        let at: Instant
        let path: Path
        let bytes: [UInt8]
        let messageClass: MessageClass
        let transaction: TransactionIdentifier
        let controlling: UInt64?
        let controlled: UInt64?
        let isNomination: Bool
        let priority: UInt32?
        let errorCode: ErrorCode?
        /// What an Allocate asks for, if it says so.
        let family: AddressFamily?
        let mapped: TransportAddress?
    }

    static let local = Agent.Credentials(usernameFragment: "ours", password: "our-password-of-22-bytes")
    static let remote = Agent.Credentials(usernameFragment: "theirs", password: "their-password-of-22-bytes")

    var agent: Agent
    var now = Instant.zero
    private var random = SeededRandom(seed: 11)

    init(
        _ role: Agent.Role = .controlling, sockets: [String] = ["10.0.0.1:5000"], isTold: Bool = true,
        adjust: (inout Agent.Configuration) -> Void = { _ in }
    ) {
        var configuration = Agent.Configuration(role: role, local: Self.local)
        adjust(&configuration)
        agent = Agent(configuration: configuration, random: SeededRandom(seed: 5), now: .zero)
        for socket in sockets { agent.addSocket(TransportAddress(socket)!, at: .zero) }
        if isTold { agent.setRemoteCredentials(Self.remote, at: .zero) }
    }

    mutating func addRemote(
        _ address: String, _ kind: CandidateKind = .host, priority: UInt32 = 100 << 24, foundation: UInt32 = 1
    ) {
        agent.addRemoteCandidate(
            Candidate(
                kind: kind, address: TransportAddress(address)!, priority: priority, foundation: foundation), at: now)
    }

    mutating func addTCP(_ address: String, _ type: TCPType = .simultaneousOpen, kind: CandidateKind = .host) {
        agent.addRemoteCandidate(
            Candidate(
                kind: kind, transport: .tcp, address: TransportAddress(address)!, priority: 80 << 24, foundation: 9,
                tcpType: type), at: now)
    }

    /// A TCP candidate that is connected to, and whose checks are answered.
    mutating func connect(_ address: String, _ path: Path) {
        addTCP(address)
        _ = packets(for: .milliseconds(1))
        agent.connectionOpened(path, at: now)
        for packet in packets() where packet.messageClass == .request { answer(packet) }
    }

    /// A server refuses a request of ours.
    mutating func refuse(_ request: Packet, _ code: ErrorCode) {
        let bytes = [UInt8](capacity: 100) { output in
            var message = MessageBuilder(.errorResponse, .allocate, transaction: request.transaction, into: &output)
            message.add(code, to: &output)
            _ = message.finish(&output)
        }
        _ = try? agent.receive(bytes.span, on: request.path, at: now)
    }

    /// What a server says of the address that a request came from.
    mutating func answerServer(_ request: Packet, mapped: TransportAddress) {
        let bytes = [UInt8](capacity: 100) { output in
            var message = MessageBuilder(.successResponse, .binding, transaction: request.transaction, into: &output)
            message.add(.xorMappedAddress, xorAddress: mapped, to: &output)
            message.addFingerprint(to: &output)
            _ = message.finish(&output)
        }
        _ = try? agent.receive(bytes.span, on: request.path, at: now)
    }

    /// Everything that leaves within a time, in order.
    mutating func packets(for interval: Interval = .zero) -> [Packet] {
        let end = now + interval
        var packets = poll()
        while let deadline = agent.nextDeadline, deadline <= end {
            now = max(now, deadline)
            agent.advance(to: now)
            packets += poll()
        }
        now = end
        return packets
    }

    private mutating func poll() -> [Packet] {
        var packets: [Packet] = []
        while true {
            var path: Path?
            let bytes = [UInt8](capacity: 1_500) { output in path = agent.pollTransmit(into: &output, at: now) }
            guard let path else { return packets }
            guard let message = try? Message(bytes.span) else { continue }
            packets.append(
                Packet(
                    at: now, path: path, bytes: bytes, messageClass: message.messageClass,
                    transaction: message.transaction,
                    controlling: message.first(.iceControlling)?.uint64,
                    controlled: message.first(.iceControlled)?.uint64, isNomination: message.contains(.useCandidate),
                    priority: message.first(.priority)?.uint32, errorCode: message.first(.errorCode)?.errorCode,
                    family: message.first(.requestedAddressFamily)?.firstByte.flatMap(AddressFamily.init),
                    mapped: message.first(.xorMappedAddress)?.xorAddress))
        }
    }

    /// Lets a relay's server answer what is sent to it.
    mutating func run(for interval: Interval, with relay: inout TestRelay) {
        let end = now + interval
        while now < end {
            for packet in packets(for: .milliseconds(5)) {
                _ = relay.receive(packet.bytes, from: packet.path.local, to: packet.path.remote, at: now)
            }
            while let (bytes, from, to) = relay.poll(at: now) {
                _ = try? agent.receive(bytes.span, on: Path(local: to, remote: from), at: now)
            }
        }
    }

    /// The peer's answer to a check of ours, an error if there is a code.
    mutating func answer(_ check: Packet, _ code: ErrorCode? = nil) {
        deliver(on: check.path) { output, _ in
            var message = MessageBuilder(
                code == nil ? .successResponse : .errorResponse, .binding, transaction: check.transaction, into: &output
            )
            if let code {
                message.add(code, to: &output)
            } else {
                message.add(.xorMappedAddress, xorAddress: check.path.local, to: &output)
            }
            return (message, Self.remote)
        }
    }

    /// A check of the peer's.
    ///
    /// - Parameter copies: how often the same packet comes.
    mutating func check(
        from remote: String, to socket: String = "10.0.0.1:5000", as role: Agent.Role = .controlled,
        tieBreaker: UInt64 = 1, priority: UInt32 = 110 << 24 | 0xFFFF << 8, nominates: Bool = false,
        transport: TransportProtocol = .udp, copies: Int = 1
    ) {
        let path = Path(
            transport: transport, local: TransportAddress(socket)!, remote: TransportAddress(remote)!)
        deliver(on: path, copies: copies) { output, random in
            var message = MessageBuilder(
                .request, .binding, transaction: TransactionIdentifier(random: &random), into: &output)
            message.add(.username, "ours:theirs", to: &output)
            message.add(.priority, priority, to: &output)
            message.add(role == .controlling ? .iceControlling : .iceControlled, tieBreaker, to: &output)
            if nominates { message.add(.useCandidate, to: &output) }
            return (message, Self.local)
        }
    }

    private mutating func deliver(
        on path: Path, copies: Int = 1,
        _ build: (inout OutputSpan<UInt8>, inout SeededRandom) -> (MessageBuilder, Agent.Credentials)
    ) {
        let bytes = [UInt8](capacity: 300) { output in
            var (message, credentials) = build(&output, &random)
            message.addIntegrity(IntegrityKey(shortTermPassword: credentials.password), to: &output)
            message.addFingerprint(to: &output)
            _ = message.finish(&output)
        }
        for _ in 0..<copies { _ = try? agent.receive(bytes.span, on: path, at: now) }
    }

    mutating func events() -> [Agent.Event] {
        var events: [Agent.Event] = []
        while let event = agent.pollEvent() { events.append(event) }
        return events
    }

    /// Has a pair answered: our check goes out and comes back.
    mutating func validate(_ remote: String) {
        for packet in packets(for: .milliseconds(20))
        where packet.messageClass == .request && "\(packet.path.remote)" == remote { answer(packet) }
    }
}
