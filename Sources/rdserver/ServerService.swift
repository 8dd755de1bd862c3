import Foundation
import Logging
import NetworkIO
import ProgramSupport
import Rendezvous
import Synchronization
import TURN
import WireFormat

/// Signaling, STUN and TURN, and the trail of what they did.
final class ServerService: Sendable {
    let url: String
    /// What people are told that this machine's address is.
    let shownAddress: IPAddress
    /// Where STUN and TURN listen; nil if nothing is relayed.
    let relayAddress: TransportAddress?
    /// Where TURN over TLS listens; nil without a certificate.
    let secureRelayAddress: TransportAddress?
    /// Where else STUN answers from, so that clients can tell what their NAT does; the farthest from `relayAddress`.
    let alternateAddress: TransportAddress?
    /// Where the operator's page is; nil for nowhere.
    var adminAddress: TransportAddress? { pages?.address }
    private let audit: AuditTrail
    private let observer: Observer
    private let relay: RelayService?
    private let signaling: SignalingServer
    private let pages: PageServer?
    private let isDraining = Atomic(false)
    private let policy: PolicyDesk?
    private let watches: [FileWatch]
    /// What signaling's connections leave to the relay and to files.
    private static let otherDescriptors = 1_024

    init(options: ServerOptions) throws {
        var system = SystemRandomNumberGenerator()
        let secret = try options.secret.load()
        let audit = try AuditTrail(options.audit, logger: Logger(label: "audit"))
        let observer = Observer()
        let policy = try options.policy.map { try PolicyDesk(path: $0, secret: secret) }
        let relay = options.isRelaying ? try Self.makeRelay(options, secret, audit, observer) : nil
        var configuration = SignalingServer.Configuration()
        configuration.host = options.listen.description
        configuration.port = options.signalingPort
        configuration.certificateFile = options.tlsCertificate
        configuration.privateKeyFile = options.tlsKey
        let descriptors = DescriptorLimit.raised
        configuration.connections = min(
            configuration.connections, descriptors - min(descriptors / 2, Self.otherDescriptors))
        let challenges = IdentityChallenges(serverNames: Self.names(options), random: SeededRandom(from: &system))
        let mint = CredentialMint(secret: secret, salt: system.next())
        var hooks = SignalingHooks()
        hooks.challenge = { challenges.challenge() }
        hooks.verify = { host, challenge, proof in challenges.accepts(proof, to: challenge, from: host, as: .host) }
        hooks.verifyViewer = { key, challenge, proof in
            challenges.accepts(proof, to: challenge, from: key, as: .viewer)
        }
        hooks.audit = { event in
            if observer.note(event) { audit.note(event) }
        }
        configuration.relay = relay?.sink
        if !options.trustedProxies.isEmpty {
            let proxies = options.trustedProxies
            configuration.isTrustedProxy = { ip in proxies.contains { $0.contains(ip.unmapped) } }
            configuration.rendezvous.opensNamedRoomsOnly = true
        }
        let servers = Mutex<ServerList?>(nil)
        hooks.servers = { session, introduction in
            guard let list = servers.withLock({ $0 }) else { return .provide(host: [], viewer: []) }
            var permit: Permit?
            switch policy?.decide(introduction) {
            case nil: break
            case .allowed(let terms)?: permit = policy?.permit(for: session, terms)
            case .forbidden?: return .refuse(.forbidden)
            case .viewerWanted?: return .identify(challenge: challenges.challenge())
            }
            let terms = permit?.terms ?? SessionTerms()
            return .provide(
                host: list.servers(for: session, .host, at: introduction.host, terms: terms),
                viewer: list.servers(for: session, .viewer, at: introduction.viewer, terms: terms), permit: permit)
        }
        hooks.standby = { connection, venue, source in
            guard let list = servers.withLock({ $0 }) else { return [] }
            let mayRelay = policy?.mayRelay(to: venue) ?? true
            return list.servers(
                forHostAt: venue, connection, source, isRelaying: mayRelay && relay?.hasRoomForWaiting == true)
        }
        signaling = try SignalingServer(
            configuration: configuration, hooks: hooks, random: SeededRandom(from: &system))
        let signaling = signaling
        let list = ServerList(
            own: relay.map { Self.ownRelay($0, options, signaling) }, others: options.relayServers, mint: mint)
        servers.withLock { $0 = list }
        self.relay = relay
        self.audit = audit
        self.observer = observer
        self.policy = policy
        let certificateWatch = options.tlsCertificate.map { certificate in
            FileWatch([certificate, options.tlsKey ?? ""], subject: "certificate") {
                try signaling.reloadCertificate()
                try relay?.reloadCertificate()
            }
        }
        let policyWatch = policy.map { desk in
            FileWatch([options.policy ?? ""], subject: "policy") { try desk.reload() }
        }
        watches = [certificateWatch, policyWatch].compactMap { $0 }
        // With nothing to be read again, the word to do so must not end the server.
        signal(SIGHUP, SIG_IGN)
        relayAddress = relay?.address
        secureRelayAddress = relay?.secureAddress ?? (relay != nil && signaling.isSecure ? signaling.address : nil)
        alternateAddress = relay.flatMap { $0.bindingSockets.count > 1 ? $0.bindingSockets.last : nil }
        shownAddress = Self.shownAddress(options)
        let host = options.name ?? Self.urlHost(shownAddress)
        url = "\(signaling.isSecure ? "wss" : "ws")://\(host):\(signaling.address.port)/"
        let desk = OperatorDesk(url: url)
        pages = try options.admin.map { address in try PageServer(at: address) { desk.page($0) } }
        desk.serve(self)
    }

    /// Lets nobody new in.
    func drain() {
        isDraining.store(true, ordering: .relaxed)
        signaling.drain()
    }

    var hasBegunToDrain: Bool { isDraining.load(ordering: .relaxed) }

    /// What would be cut short if it stopped now: relayed sessions, those included that another server introduced, and
    /// introductions that go on.
    var unfinished: (sessions: Int, introductions: Int) {
        (relay == nil ? 0 : observer.read { $0.relayedCount + $0.foreignCount }, signaling.unfinished)
    }

    /// Stops listening, closes all connections, ends the relays, and has all of that on the disk.
    func stop() {
        for watch in watches { watch.stop() }
        signaling.stop()
        relay?.stop()
        audit.stop()
        pages?.stop()
    }

    var figures: ServerFigures {
        ServerFigures(
            startedAt: observer.startedAt, isDraining: hasBegunToDrain,
            signaling: signaling.statistics, relay: relay?.figures, audit: audit.statistics, policy: policy?.figures,
            process: ProcessFigures.current)
    }

    /// Looks at what was observed; see `Observer.read`.
    func observed<Result: Sendable>(_ body: (borrowing Observations) -> Result) -> Result { observer.read(body) }

    /// What stands in the URLs that hosts may use, without port and brackets.
    private static func names(_ options: ServerOptions) -> [String] {
        var names = [options.name?.lowercased(), options.publicAddress?.description].compactMap { $0 }
        if !options.listen.isUnspecified { names.append(options.listen.description) }
        let own = (try? NetworkInterfaces.addresses(includingLoopback: true)) ?? []
        if options.listen.isUnspecified { names += own.map(\.ip.description) }
        return names + (options.listen.isLoopback || options.listen.isUnspecified ? ["localhost"] : [])
    }

    /// Behind a proxy, the machine that signaling goes to is not this one.
    private static func ownRelay(
        _ relay: RelayService, _ options: ServerOptions, _ signaling: SignalingServer
    ) -> ServerList.OwnRelay {
        let securePorts = signaling.isSecure ? [signaling.address.port, relay.secureAddress?.port] : []
        let listened = options.trustedProxies.isEmpty || options.listen.isUnspecified ? nil : options.listen
        return ServerList.OwnRelay(
            host: (options.publicAddress ?? listened)?.description ?? "", port: relay.address.port,
            webPort: options.turnTCPPort, securePorts: securePorts.compactMap { $0 }, challenges: relay.challenges)
    }

    /// Of a server that listens on all addresses and was told of no public one, the first that is not loopback.
    static func shownAddress(_ options: ServerOptions) -> IPAddress {
        if let address = options.publicAddress { return address }
        guard options.listen.isUnspecified else { return options.listen }
        let own = (try? NetworkInterfaces.addresses(includingLoopback: true).map(\.ip)) ?? []
        let others = own.filter { !$0.isLoopback && !$0.isLinkLocal }
        return (others + own).first { $0.isIPv4 == options.listen.isIPv4 } ?? options.listen
    }

    private static func urlHost(_ ip: IPAddress) -> String { ip.isIPv4 ? "\(ip)" : "[\(ip)]" }

    private static func makeRelay(
        _ options: ServerOptions, _ secret: [UInt8], _ audit: AuditTrail, _ observer: Observer
    ) throws -> RelayService {
        // What this machine answers at is no peer, whichever of its addresses it is.
        let own = (try? NetworkInterfaces.addresses(includingLoopback: true).map(\.ip)) ?? []
        var policy = PeerAddressPolicy(
            allowed: options.allowedPeers,
            ownAddresses: own + [options.listen, options.publicAddress].compactMap { $0 })
        if options.listen.isLoopback, options.allowedPeers.isEmpty {
            // Peers of a server on loopback are on this machine, whatever address of it they use.
            policy.allowed = [
                "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
            ].compactMap { AddressRange($0) }
        }
        let alternate = BindingListener(
            advertisedAddress: options.publicAddress, alternateAddress: options.alternateAddress,
            port: options.alternatePort, relayPorts: options.relayPorts)
        if let address = options.alternateAddress { policy.ownAddresses += [address.bound, address.advertised] }
        let configuration = TURN.Server.Configuration(
            secret: secret,
            unixSecondsAtZero: Int64(Date().timeIntervalSince1970) - BootClock.now.nanoseconds / 1_000_000_000,
            relays: try relayAddresses(options), relayPorts: options.relayPorts, policy: policy,
            shortRequests: options.answersShortRequests ? .answered : .dropped)
        return try RelayService(
            listen: TransportAddress(ip: options.listen, port: options.relayPort), webPort: options.turnTCPPort,
            secure: secure(options), alternate: alternate, configuration: configuration, threads: options.relayThreads
        ) { event in
            observer.note(event)
            audit.note(event)
        }
    }

    /// TLS for TURN, unless signaling listens at that very port: then it takes TURN along.
    private static func secure(
        _ options: ServerOptions
    ) -> (address: TransportAddress, certificate: ServerCertificate)? {
        guard let port = options.turnTLSPort, port == 0 || port != options.signalingPort,
            let certificate = options.tlsCertificate, let key = options.tlsKey
        else { return nil }
        return (
            TransportAddress(ip: options.listen, port: port),
            ServerCertificate(certificateFile: certificate, privateKeyFile: key)
        )
    }

    /// A relayed address must name one address: of a server that listens on all, the first that is not loopback. Of the
    /// other family, which clients may ask for as well, a public one if there is one, or loopback beside loopback.
    static func relayAddresses(_ options: ServerOptions) throws -> [TURN.Server.RelayAddress] {
        let own = try NetworkInterfaces.addresses(includingLoopback: true).map(\.ip)
        let isIPv4 = options.listen.isIPv4
        var bound = options.listen
        if bound.isUnspecified {
            guard let first = own.first(where: { $0.isIPv4 == isIPv4 && !$0.isLoopback }) else {
                throw NoAddressFailure()
            }
            bound = first
        }
        let other = own.first { ip in
            guard ip.isIPv4 != isIPv4 else { return false }
            if options.listen.isLoopback { return ip.isLoopback }
            return options.listen.isUnspecified && !ip.isLoopback && !ip.isLinkLocal && !ip.isPrivate
        }
        let first = TURN.Server.RelayAddress(bound: bound, advertised: options.publicAddress)
        return [first] + (other.map { [TURN.Server.RelayAddress(bound: $0)] } ?? [])
    }
}
