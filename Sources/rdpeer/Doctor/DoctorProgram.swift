import ICE
import NetworkIO
import Rendezvous
import WireFormat

/// Runs all probes at once, a few seconds in all, and puts together what they found.
final class DoctorProgram {
    private typealias Loop = DatagramLoop<DoctorMachine>

    private final class Inbox { var events: [DoctorMachine.Event] = [] }

    /// STUN and TURN of a server that tells nobody where they are (RFC 8489 section 18.6).
    private static let defaultPort: UInt16 = 3_478

    private let url: SignalingURL
    private let reporter: Reporter
    private let asksGateway: Bool
    private let connector: SecureStreamConnector
    private let loop: Loop
    private let inbox = Inbox()
    private var clients: [IntroductionProbe.Side: SignalingClient] = [:]
    private var random: SeededRandom
    private let startedAt: Instant
    private var addresses: [String: [IPAddress]] = [:]
    /// What signaling said; nil until it said something.
    private var servers: [TraversalServer]?
    private var hasBegun = false
    private var isTimeUp = false

    /// - Throws: `SystemFailure` or `SignalingTransportFailure`.
    init(server: SignalingURL, trust: SignalingClient.Trust, asksGateway: Bool, reporter: Reporter) throws {
        url = server
        self.reporter = reporter
        self.asksGateway = asksGateway
        connector = try SecureStreamConnector(trust: trust)
        var system = SystemRandomNumberGenerator()
        random = SeededRandom(from: &system)
        startedAt = BootClock.now
        let inbox = inbox
        loop = try Loop(machine: DoctorMachine(random: random.fork(), now: startedAt)) { _, event in
            inbox.events.append(event)
        }
        let mailbox = loop.mailbox
        for side in [IntroductionProbe.Side.host, .viewer] {
            clients[side] = try SignalingClient(url: server, trust: trust, timeout: .seconds(5)) { attempt, event in
                mailbox.post { $0.machine.introduction.signaling(side, event, attempt: attempt, at: $0.now) }
            }
        }
        try TerminationSignals.deliver { _ in mailbox.post { $0.machine.interrupt() } }
    }

    func run() throws -> Diagnosis {
        resolve(url.host)
        startGateway()
        reporter.status("Asking the server ...")
        while !isTimeUp, !(hasBegun && loop.machine.isDone) {
            serveSignaling()
            loop.turn(atMost: .milliseconds(250))
            for event in takeEvents() { handle(event) }
            connectGateway()
            beginIfReady()
        }
        serveSignaling()
        let end = loop.now + .milliseconds(20)
        while loop.now < end { loop.turn(atMost: end - loop.now) }
        reporter.clearStatus()
        return diagnosis
    }

    private func takeEvents() -> [DoctorMachine.Event] {
        defer { inbox.events.removeAll() }
        return inbox.events
    }

    private func handle(_ event: DoctorMachine.Event) {
        switch event {
        case .answered(let mapped): reporter.status("The server sees this machine at \(mapped.ip). Trying its NAT ...")
        case .discovered: reporter.status("Waiting for the router and the relays ...")
        case .resolved(let name, let found): addresses[name] = found
        case .timeUp: isTimeUp = true
        }
    }

    // MARK: Signaling

    private func serveSignaling() {
        while let action = loop.machine.introduction.popAction() {
            switch action {
            case .connect(let side, let path):
                loop.machine.introduction.attempts[side] = clients[side]?.connect(path: path)
            case .disconnect(let side): clients[side]?.disconnect()
            }
        }
        while let (side, message) = loop.machine.introduction.pollMessage(at: loop.now) { clients[side]?.send(message) }
    }

    private func resolve(_ name: String) {
        let mailbox = loop.mailbox
        HostResolver.resolve(name) { found in mailbox.post { $0.machine.resolved(name, found) } }
    }

    /// Starts what needs to know where STUN and TURN are.
    private func beginIfReady() {
        guard !hasBegun else { return }
        if servers == nil {
            switch loop.machine.introduction.state {
            case .working: return
            case .met(let list): servers = list
            case .failed:
                let transports: [TransportProtocol] = [.udp, .tcp]
                servers =
                    [TraversalServer(kind: .stun, host: url.host, port: Self.defaultPort)]
                    + transports.map {
                        TraversalServer(kind: .turn, transport: $0, host: url.host, port: Self.defaultPort)
                    }
            }
            for name in Set((servers ?? []).map(\.host)) where !name.isEmpty && addresses[name] == nil { resolve(name) }
        }
        guard let servers, addresses[url.host] != nil,
            servers.allSatisfy({ $0.host.isEmpty || addresses[$0.host] != nil })
        else { return }
        hasBegun = true
        if let stun = servers.first(where: { $0.kind == .stun }) { discover(stun) }
        for server in servers where server.kind == .turn { tryRelay(server) }
    }

    /// The addresses of a server, the one that signaling went to first.
    private func addresses(of server: TraversalServer) -> [IPAddress] {
        guard server.host.isEmpty else { return addresses[server.host] ?? [] }
        let own = loop.machine.introduction.serverAddress.map { [$0.unmapped] } ?? []
        return own + (addresses[url.host] ?? []).filter { !own.contains($0) }
    }

    // MARK: Probes

    private func discover(_ stun: TraversalServer) {
        let all = addresses(of: stun)
        for ip in [all.first(where: \.isIPv4), all.first(where: { !$0.isIPv4 })].compactMap({ $0 }) {
            guard let local = OutboundAddress.toward(ip) else { continue }
            let sockets = (0..<BehaviorDiscovery.socketCount).compactMap { _ in
                try? loop.bind(TransportAddress(ip: local, port: 0))
            }
            guard sockets.count == BehaviorDiscovery.socketCount else { continue }
            loop.machine.discover(
                BehaviorDiscovery(
                    server: TransportAddress(ip: ip, port: stun.port), sockets: sockets, random: random.fork()),
                at: loop.now)
        }
    }

    private func tryRelay(_ server: TraversalServer) {
        guard let ip = addresses(of: server).first else { return }
        let address = TransportAddress(ip: ip, port: server.port)
        let index = loop.machine.relays.count
        loop.machine.relays.append(
            RelayProbe(
                server: address, transport: server.transport, username: server.username, password: server.password,
                random: random.fork(), now: loop.now))
        switch server.transport {
        case .udp:
            guard let local = OutboundAddress.toward(ip),
                let socket = try? loop.bind(TransportAddress(ip: local, port: 0))
            else { return loop.machine.relays[index].fail("there is no way to \(ip)") }
            loop.machine.relays[index].open(socket, at: loop.now)
        case .tcp:
            loop.connectStream(to: address, framing: RelayStream.framing, precedence: RelayStream.precedence) {
                loop, result in Self.streamConcluded(result, of: index, in: loop)
            }
        case .tls: tryRelay(at: address, over: connector, name: certificateName(of: server), index)
        }
    }

    private func tryRelay(
        at address: TransportAddress, over connector: SecureStreamConnector, name: String?, _ index: Int
    ) {
        loop.connectSecureStream(
            to: address, name: name, through: connector, framing: RelayStream.framing,
            precedence: RelayStream.precedence
        ) { loop, result in Self.streamConcluded(result, of: index, in: loop) }
    }

    /// The name that a relay's certificate must be for, as for sessions; nil means its address.
    private func certificateName(of server: TraversalServer) -> String? {
        let name = server.host.isEmpty ? url.host : server.host
        return IPAddress(name) == nil ? name : nil
    }

    private static func streamConcluded(_ result: Result<Path, StreamFailure>, of index: Int, in loop: Loop) {
        switch result {
        case .success(let path): loop.machine.relays[index].open(path.local, at: loop.now)
        case .failure(let failure): loop.machine.relays[index].fail("\(failure)")
        }
    }

    private func startGateway() {
        guard asksGateway, let gateway = DefaultGateway.address, let local = OutboundAddress.toward(gateway),
            let socket = try? loop.bind(TransportAddress(ip: local, port: 0))
        else { return }
        loop.machine.gateway = GatewayProbe(gateway: gateway, socket: socket, random: random.fork(), now: loop.now)
    }

    /// The router's web server, for UPnP.
    private func connectGateway() {
        while let name = loop.machine.gateway?.popConnection() {
            loop.connectStream(to: name.remote, timeout: .seconds(3), framing: GatewayProbe.framing) { loop, result in
                loop.machine.gateway?.streamConcluded(name, try? result.get(), at: loop.now)
            }
        }
    }

    // MARK: What was found

    private var diagnosis: Diagnosis {
        let machine = loop.machine
        var diagnosis = Diagnosis(server: "\(url)")
        diagnosis.serverAddress = machine.introduction.serverAddress ?? addresses[url.host]?.first
        diagnosis.signalingSetup = machine.introduction.setup
        diagnosis.signalingFailure = machine.introduction.transportFailure
        switch machine.introduction.state {
        case .met: break
        case .failed(let fault): diagnosis.introductionFault = fault
        case .working: diagnosis.introductionFault = "no answer in time"
        }
        for discovery in machine.discoveries {
            let server = discovery.machine.server.ip
            if server.isIPv4 {
                diagnosis.ipv4 = discovery.outcome
                diagnosis.localIPv4 = discovery.machine.sockets.first?.ip
            } else {
                diagnosis.ipv6 = discovery.outcome
            }
        }
        let own = (try? NetworkInterfaces.addresses()) ?? []
        diagnosis.hasGlobalIPv6 = own.contains { !$0.ip.isIPv4 && $0.ip.isGlobal }
        diagnosis.relays = machine.relays.map {
            Diagnosis.Relay(transport: $0.transport, port: $0.server.port, outcome: $0.outcome)
        }
        if let gateway = machine.gateway { diagnosis.gateway = .asked(gateway.gateway, gateway.outcome) }
        diagnosis.duration = loop.now - startedAt
        return diagnosis
    }
}
