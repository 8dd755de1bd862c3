import FileTransfer
import ICE
import PeerSession
import Rendezvous
import ScreenCodec
import SecureChannel
import WireFormat

/// The parties of the fuzzed sessions, made once: an input gets copies, so nothing that is kept here ever changes.
enum Cast {
    static let hostAddress = TransportAddress(ip: .v4(0x0505_0501), port: 40_000)
    static let viewerAddress = TransportAddress(ip: .v4(0x0505_0502), port: 50_000)
    static let hostKeys = keys(1)
    static let viewerKeys = keys(2)
    static let code = makeCode()
    nonisolated(unsafe) static let screen = ScreenSender(width: 64, height: 48)

    private static let impostor = Agent.Credentials(
        usernameFragment: "impostor", password: "a-password-of-the-impostor")

    private static func keys(_ seed: UInt64) -> StaticKeyPair {
        var random = SeededRandom(seed: seed)
        return StaticKeyPair(random: &random)
    }

    private static func makeCode() -> ConnectionCode {
        var random = SeededRandom(seed: 3)
        return ConnectionCode(room: 7, random: &random)
    }

    // MARK: Parties that wait

    nonisolated(unsafe) static let codeHost = host(.codes)
    nonisolated(unsafe) static let pinnedHost = host(.authorizedKeys([viewerKeys.publicKey]))
    private nonisolated(unsafe) static let viewers = [HostCredential.code(code), .publicKey(hostKeys.publicKey)].map(
        view)

    /// A viewer that has made its offer.
    static var viewer: Session<ScreenReceiver> { viewers[1].session }

    /// A viewer's offer: to a code, or to a known key.
    static func offer(_ choice: UInt8) -> [UInt8] { viewers[Int(choice & 1)].offer }

    nonisolated(unsafe) static let viewerPeer = makeViewerPeer()

    private static func makeViewerPeer() -> ViewerPeer {
        do {
            return try ViewerPeer(
                .publicKey(hostKeys.publicKey), keys: viewerKeys, sockets: [viewerAddress],
                random: SeededRandom(seed: 4),
                at: .zero)
        } catch { preconditionFailure("no viewer: \(error)") }
    }

    private static func host(_ access: HostAccess) -> HostPeer {
        HostPeer(
            access: access, keys: hostKeys, serverName: "server", screenWidth: 64, screenHeight: 48,
            random: SeededRandom(seed: 5), at: .zero)
    }

    private static func view(_ credential: HostCredential) -> (session: Session<ScreenReceiver>, offer: [UInt8]) {
        var random = SeededRandom(seed: 6)
        do {
            return try Session<ScreenReceiver>.view(
                credential, keys: viewerKeys, configuration: configuration, sockets: [viewerAddress], random: &random,
                at: .zero)
        } catch { preconditionFailure("no viewer: \(error)") }
    }

    /// The server's word that a viewer has come.
    static func incoming(offer: [UInt8], seed: UInt8) -> [UInt8] {
        let name = SessionIdentifier(high: UInt64(seed), low: 9)
        return (try? SignalingMessage.incoming(name, offer: offer, servers: []).encoded()) ?? []
    }

    /// The way packets come to a session.
    static func path<Screen>(of session: Session<Screen>) -> Path {
        Screen.self == ScreenSender.self
            ? Path(local: hostAddress, remote: viewerAddress) : Path(local: viewerAddress, remote: hostAddress)
    }

    // MARK: Sessions with an impostor

    /// All that a peer can be let do is open to it.
    private static var configuration: SessionConfiguration {
        var configuration = SessionConfiguration()
        configuration.clipboard = ClipboardOffer(selections: [.clipboard, .primary], byteLimit: 1_000)
        configuration.files = FilePolicy(receives: true, sends: true, byteLimit: 1_000)
        configuration.paste = PasteLimits(byteLimit: 1_000, countLimit: 10)
        return configuration
    }

    nonisolated(unsafe) static let hostScene = makeHostScene()
    nonisolated(unsafe) static let viewerScene = makeViewerScene()

    private static func agent(_ role: Agent.Role, _ address: TransportAddress) -> Agent {
        let configuration = Agent.Configuration(role: role, local: impostor)
        var agent = Agent(configuration: configuration, random: SeededRandom(seed: 7), now: .zero)
        agent.addSocket(address, at: .zero)
        return agent
    }

    private static func description(of address: TransportAddress) -> SessionDescription {
        let candidate = Candidate(kind: .host, address: address, priority: 2_000_000_000, foundation: 1)
        return SessionDescription(credentials: impostor, candidates: [candidate])
    }

    private static func adopt(_ description: SessionDescription, by agent: inout Agent) {
        agent.setRemoteCredentials(description.credentials, at: .zero)
        for candidate in description.candidates { agent.addRemoteCandidate(candidate, at: .zero) }
    }

    private static func makeHostScene() -> Scene<ScreenSender>? {
        var random = SeededRandom(seed: 8)
        var agent = agent(.controlling, viewerAddress)
        let prologue = Prologue(sessionIdentifier: [UInt8](repeating: 1, count: Offer.nonceSize))
        var handshake = Handshake.initiator(
            pinned: hostKeys.publicKey, keys: viewerKeys, prologue: prologue, random: &random)
        guard let message = try? handshake.writeMessage(payload: description(of: viewerAddress).encoded.span) else {
            return nil
        }
        let offer = Offer(
            version: Prologue.currentVersion, pattern: .pinnedKey, nonce: prologue.sessionIdentifier, message: message)
        guard
            var session = try? Session.host(
                .authorizedKeys([viewerKeys.publicKey]), offer: offer.encoded.span, keys: hostKeys, screen: screen,
                configuration: configuration, sockets: [hostAddress], servers: [], random: &random, at: .zero)
        else { return nil }
        while let event = session.pollEvent() {
            guard case .answer(let blob) = event, let payload = try? handshake.readMessage(blob.span) else { continue }
            SessionDescription(decoding: payload.span).map { adopt($0, by: &agent) }
        }
        guard let records = try? handshake.recordLayer() else { return nil }
        return Scene(tested: session, agent: agent, records: records)
    }

    private static func makeViewerScene() -> Scene<ScreenReceiver>? {
        var random = SeededRandom(seed: 9)
        var (session, offer) = view(.publicKey(hostKeys.publicKey))
        var agent = agent(.controlled, hostAddress)
        guard let offer = Offer(decoding: offer.span) else { return nil }
        var handshake = Handshake.responder(
            pinnedKeys: hostKeys, prologue: Prologue(sessionIdentifier: offer.nonce), random: &random)
        guard let payload = try? handshake.readMessage(offer.message.span),
            let theirs = SessionDescription(decoding: payload.span),
            let answer = try? handshake.writeMessage(payload: description(of: hostAddress).encoded.span),
            let records = try? handshake.recordLayer()
        else { return nil }
        adopt(theirs, by: &agent)
        session.receiveAnswer(answer.span, at: .zero)
        return Scene(tested: session, agent: agent, records: records)
    }
}
