import ICE
import NetworkIO
import WireFormat

/// Our agent on a real socket, and another project's in a process of its own.
final class InteropWorld {
    struct Setup {
        var implementation: PeerImplementation
        var ourRole = Agent.Role.controlling
        var theirRole = Agent.Role.controlled
        var isOursRelayed = false
        var isTheirsRelayed = false
        /// Whoever has one learns of the other when the other's first check has been lost there.
        var nat = AgentMachine.NAT.none
        /// They have TCP candidates only.
        var isOverTCP = false
    }

    let loop: DatagramLoop<AgentMachine>
    let peer: LineProcess
    private let relay: RelayServer?
    private var linesTaken = 0
    private var candidatesTold = 0
    private var generation = 1
    /// Their latest choice, as they see it.
    private(set) var selected: (local: String, remote: String)?
    private(set) var received: [String] = []
    private var credentials: Agent.Credentials?
    private var theirCandidates: [Candidate] = []
    /// Both are there, and may be told of each other.
    private var areBothThere = false
    private var haveTheyLearned = false
    private var haveWeLearned = false

    init(_ setup: Setup) throws {
        let isRelayed = setup.isOursRelayed || setup.isTheirsRelayed
        relay = isRelayed ? try RelayServer() : nil
        var arguments = setup.theirRole == .controlling ? ["--controlling"] : []
        if setup.isTheirsRelayed, let relay { arguments += ["--relay-only", "--turn"] + relay.arguments }
        if setup.isOverTCP { arguments.append("--tcp") }
        let command = try setup.implementation.command()
        peer = try LineProcess(setup.implementation.rawValue, command.program, command.arguments + arguments)
        var configuration = Agent.Configuration(role: setup.ourRole, local: Self.credentials(1))
        configuration.tcpUse.isEnabled = setup.isOverTCP
        if setup.isOursRelayed, let relay {
            configuration.policy = .relayOnly
            configuration.servers = [relay.server]
        }
        var system = SystemRandomNumberGenerator()
        let random = SeededRandom(from: &system)
        let now = BootClock.now
        loop = try DatagramLoop(
            machine: AgentMachine(agent: Agent(configuration: configuration, random: random, now: now))
        ) { loop, event in Self.serve(event, in: loop) }
        loop.machine.nat = setup.nat
        let socket = try loop.bind(TransportAddress("127.0.0.1:0")!)
        loop.machine.agent.addSocket(socket, at: loop.now)
        try loop.watch(peer.descriptor) { [weak self] _ in self?.readPeer() }
        // Whoever learns late learns of a peer that is there already.
        try turn("credentials") { credentials != nil && !theirCandidates.isEmpty }
        areBothThere = true
    }

    private static func credentials(_ generation: Int) -> Agent.Credentials {
        Agent.Credentials(
            usernameFragment: "beeline\(generation)", password: "a-password-of-generation-\(generation)")
    }

    /// What the agent wants of TCP.
    private static func serve(_ event: Agent.Event, in loop: DatagramLoop<AgentMachine>) {
        switch event {
        case .listenersWanted:
            guard let local = try? loop.listenForPackets(on: TransportAddress("127.0.0.1:0")!) else { return }
            loop.machine.agent.addListener(local, at: loop.now)
        case .connectionWanted(let path, .peer):
            loop.connectStream(over: path) { loop, result in
                switch result {
                case .success: loop.machine.agent.connectionOpened(path, at: loop.now)
                case .failure: loop.machine.agent.connectionClosed(path, at: loop.now)
                }
            }
        case .connectionReleased(let path): loop.closeStream(path)
        default: break
        }
    }

    // MARK: Signaling

    private func readPeer() {
        if !peer.read() { loop.unwatch(peer.descriptor) }
        while linesTaken < peer.lines.count {
            take(peer.lines[linesTaken].split(separator: " ", maxSplits: 1).map(String.init))
            linesTaken += 1
        }
    }

    private func take(_ words: [String]) {
        guard words.count == 2 else { return }
        let values = words[1].split(separator: " ").map(String.init)
        switch words[0] {
        case "credentials":
            credentials = Agent.Credentials(usernameFragment: values[0], password: values[1])
            theirCandidates = []
            weLearn()
        case "candidate":
            guard let candidate = Candidate(text: words[1]) else { return }
            theirCandidates.append(candidate)
            weLearn()
        case "selected": selected = (values[0], values[1])
        case "received": received.append(values[0])
        default: break
        }
    }

    private func weLearn() {
        guard haveWeLearned, let credentials else { return }
        let now = loop.now
        loop.machine.agent.setRemoteCredentials(credentials, at: now)
        for candidate in theirCandidates { loop.machine.agent.addRemoteCandidate(candidate, at: now) }
    }

    private func tellOurCredentials() {
        let own = loop.machine.agent.localCredentials
        peer.write("credentials \(own.usernameFragment) \(own.password)")
        haveTheyLearned = true
    }

    private func signal() {
        guard areBothThere else { return }
        let isFirstLost = loop.machine.dropped > 0
        if !haveTheyLearned, loop.machine.nat != .theirs || isFirstLost { tellOurCredentials() }
        while haveTheyLearned, candidatesTold < loop.machine.candidates.count {
            peer.write("candidate \(loop.machine.candidates[candidatesTold].text)")
            candidatesTold += 1
        }
        guard !haveWeLearned, loop.machine.nat != .ours || isFirstLost else { return }
        haveWeLearned = true
        weLearn()
    }

    // MARK: Steps

    /// Turns the loop until something holds.
    func turn(_ what: String, seconds: Int64 = 20, until condition: () -> Bool) throws {
        let end = loop.now + .seconds(seconds)
        while !condition() {
            guard loop.now < end else { throw peer.failure("came to no \(what); ours:\n\(loop.machine.agent)") }
            loop.turn(atMost: .milliseconds(5))
            signal()
        }
    }

    /// Both send over one pair: each one's local address is the other's remote.
    var isConverged: Bool {
        guard let ours = loop.machine.agent.selectedPair, let selected else { return false }
        return selected.local == "\(ours.remote.address)" && selected.remote == "\(ours.local.address)"
    }

    var areRolesOpposite: Bool { loop.machine.claimedRole == loop.machine.agent.role.opposite }

    /// One payload each way, sent again as often as it takes: datagrams may be lost.
    func exchange(_ number: UInt8) throws {
        let (first, second): ([UInt8], [UInt8]) = ([0x80, number, 1, 2, 3], [0x81, number, 3, 2, 1])
        var next = loop.now
        try turn("exchange of payloads") {
            let (isThere, isHere) = (received.contains(Self.hex(first)), loop.machine.received.contains(second))
            if next <= loop.now {
                next = loop.now + .milliseconds(300)
                if !isThere { loop.machine.outgoing.append(first) }
                if !isHere { peer.write("send " + Self.hex(second)) }
            }
            return isThere && isHere
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// New credentials on both sides (RFC 8445 section 9).
    func restart() throws {
        generation += 1
        selected = nil
        credentials = nil
        peer.write("restart")
        try turn("new credentials") { credentials != nil }
        loop.machine.candidates = []
        candidatesTold = 0
        loop.machine.agent.restart(local: Self.credentials(generation), at: loop.now)
        weLearn()
        tellOurCredentials()
    }
}
