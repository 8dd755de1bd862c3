import NIOCore
import NIOHTTP1
import NIOWebSocket
import Rendezvous
import WireFormat

/// The rendezvous machine and the channels of its connections, all on one event loop.
final class SignalingService {
    private var machine: RendezvousServer
    private let hooks: SignalingHooks
    private let configuration: SignalingServer.Configuration
    private let loop: any EventLoop
    private var channels: [ConnectionIdentifier: Channel] = [:]
    private var nextConnection: UInt64 = 1
    private var timer: Scheduled<Void>?
    private var timerInstant: Instant?
    private let accepted: SourceCounter

    init(
        configuration: SignalingServer.Configuration, hooks: SignalingHooks, random: SeededRandom, loop: any EventLoop
    ) {
        self.configuration = configuration
        self.hooks = hooks
        self.loop = loop
        accepted = SourceCounter(limit: configuration.connections, perSource: configuration.connectionsPerSource)
        machine = RendezvousServer(configuration: configuration.rendezvous, random: random)
    }

    var statistics: ServerStatistics { machine.statistics }
    var unfinished: Int { machine.unfinished(at: BootClock.now) }

    func drainMachine() {
        machine.drain(at: BootClock.now)
        drain()
    }

    /// Counts a TCP connection in, if there is room for it.
    func accept(_ source: TransportAddress) -> Bool { accepted.accept(source.ip, isProxy: isProxy(source.ip)) }

    /// Counts it out again.
    func release(_ source: TransportAddress) { accepted.release(source.ip) }

    private func isProxy(_ ip: IPAddress) -> Bool { configuration.isTrustedProxy?(ip) == true }

    /// Where the client of a request is.
    private func source(of request: HTTPRequestHead, over connection: TransportAddress) -> TransportAddress {
        guard let isTrusted = configuration.isTrustedProxy, isTrusted(connection.ip) else { return connection }
        return ForwardedSource.find(request.headers, isTrusted: isTrusted) ?? connection
    }

    /// Whether a proxy should ask another server: its client wants to join at a venue where no host waits here. One that
    /// has asked them all says so in its query.
    func isElsewhere(_ request: HTTPRequestHead, over connection: TransportAddress) -> Bool {
        guard isProxy(connection.ip), !request.uri.hasSuffix("?here"),
            let message = FirstMessage.get(from: request.headers),
            case .join(let venue, _)? = try? SignalingMessage(message.span)
        else { return false }
        return !machine.isOpen(venue)
    }

    /// What the WebSocket of a connection does for this service, the first message included that came along with the
    /// request for it.
    func owner(of request: HTTPRequestHead, over transport: TransportAddress) -> MessageFrameHandler.Owner {
        let connection = ConnectionIdentifier(nextConnection)
        nextConnection += 1
        let source = source(of: request, over: transport)
        let named = Venue(urlPath: request.uri.prefix { $0 != "?" })
        let firstMessage = FirstMessage.get(from: request.headers)
        return MessageFrameHandler.Owner(
            opened: { [self] channel in
                open(connection, channel, source, named)
                if let firstMessage { receive(ByteBuffer(bytes: firstMessage), from: connection) }
            },
            received: { [self] buffer in receive(buffer, from: connection) },
            closed: { [self] _, _ in closed(connection) })
    }

    func stop() {
        timer?.cancel()
        timer = nil
        for connection in channels.keys.sorted(by: { $0.value < $1.value }) {
            if let channel = channels[connection] { MessageChannel.close(channel, code: .goingAway, masked: false) }
        }
    }

    private func open(
        _ connection: ConnectionIdentifier, _ channel: Channel, _ source: TransportAddress, _ named: Venue?
    ) {
        do {
            try machine.connected(connection, from: source, naming: named, at: BootClock.now)
            channels[connection] = channel
        } catch {
            if case .refused(let reason) = error,
                let bytes = try? SignalingMessage.refused(.connection, reason, retryAfterSeconds: 30).encoded()
            {
                MessageChannel.write(bytes, to: channel, masked: false)
            }
            // 1013, "try again later" in IANA's registry of close codes.
            MessageChannel.close(channel, code: WebSocketErrorCode(codeNumber: 1013), masked: false)
        }
        drain()
    }

    private func receive(_ buffer: ByteBuffer, from connection: ConnectionIdentifier) {
        guard channels[connection] != nil else { return }
        buffer.withUnsafeReadableBytes { bytes in
            let span = Span<UInt8>(_unsafeBytes: bytes)
            // What is wrong with it the machine has counted, told the client, and asks to close for.
            try? machine.receive(span, from: connection, at: BootClock.now)
        }
        drain()
    }

    private func closed(_ connection: ConnectionIdentifier) {
        guard channels.removeValue(forKey: connection) != nil else { return }
        machine.disconnected(connection, at: BootClock.now)
        drain()
    }

    private func fire() {
        timer = nil
        timerInstant = nil
        machine.advance(to: BootClock.now)
        drain()
    }

    /// Sends and acts until the machine has nothing more to say.
    private func drain() {
        var isBusy = true
        while isBusy {
            transmit()
            isBusy = false
            while let event = machine.pollEvent() {
                isBusy = true
                handle(event)
                hooks.audit(event)
            }
        }
        arm()
    }

    private func transmit() {
        while let (connection, bytes) = machine.pollTransmit() {
            guard let channel = channels[connection] else { continue }
            MessageChannel.write(bytes, to: channel, masked: false)
            channel.flush()
        }
    }

    private func handle(_ event: RendezvousServer.Event) {
        let now = BootClock.now
        switch event {
        case .challengeNeeded(let connection, _): machine.challenge(connection, hooks.challenge(), at: now)
        case .verify(let connection, let host, let challenge, let proof):
            machine.resolve(connection, isValid: hooks.verify(host, challenge, proof), at: now)
        case .serversNeeded(let session, let introduction):
            switch hooks.servers(session, introduction) {
            case .provide(let host, let viewer, let permit):
                machine.provide(session, host: host, viewer: viewer, permit: permit, at: now)
            case .identify(let challenge): machine.identifyViewer(session, challenge: challenge, at: now)
            case .refuse(let reason): machine.refuse(session, reason, at: now)
            }
        case .verifyViewer(let session, let viewer, let challenge, let proof):
            machine.resolveViewer(session, isValid: hooks.verifyViewer(viewer, challenge, proof), at: now)
        case .standbyNeeded(let connection, let venue, let source):
            machine.standBy(connection, servers: hooks.standby(connection, venue, source), at: now)
        case .close(let connection, let reason):
            transmit()
            guard let channel = channels.removeValue(forKey: connection) else { return }
            machine.disconnected(connection, at: now)
            let code: WebSocketErrorCode = reason == .shuttingDown ? .goingAway : .policyViolation
            MessageChannel.close(channel, code: code, masked: false)
        case .opened, .closed, .introduced, .answered, .ended, .reported, .refused, .declined: break
        }
    }

    /// One NIO timer, moved only when an earlier one is wanted: most calls do not change the next deadline.
    private func arm() {
        guard let next = machine.nextDeadline else { return }
        if let timerInstant, timerInstant <= next { return }
        timer?.cancel()
        timerInstant = next
        let wait = max(.zero, next - BootClock.now)
        timer = loop.assumeIsolated().scheduleTask(in: .nanoseconds(wait.nanoseconds)) { [weak self] in self?.fire() }
    }
}
