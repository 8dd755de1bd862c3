import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Rendezvous
import Synchronization
import WireFormat

/// The transport of a rendezvous client: one WebSocket at a time, over TCP or TLS.
///
/// Any thread may call it. What happens is delivered by a closure on NIO's thread; a program leaves it in its loop's
/// mailbox. Each `connect` is an attempt with a number of its own, later than which nothing of an earlier one is
/// delivered, except what was on its way already: compare the attempt.
public final class SignalingClient: Sendable {
    /// What became of an attempt.
    public enum Event: Sendable {
        /// The server's address has answered; TLS and HTTP are still to come.
        case reached
        /// Open; the server's address as it was connected to, and whether the server took the message that came along
        /// with the request.
        case opened(remote: TransportAddress?, isFirstMessageTaken: Bool)
        case message([UInt8])
        /// Not, or no longer, open. The last of an attempt.
        case closed(SignalingTransportFailure)
    }

    /// Whom to trust with TLS.
    public enum Trust: Sendable {
        /// The system's certificate authorities.
        case system
        /// Those of a PEM file, and no others: for servers with their own.
        case certificates(file: String)
    }

    public let url: SignalingURL
    /// Whom to trust; nil without TLS. The system's authorities are read while TCP connects.
    private let tls: EventLoopFuture<NIOSSLContext?>
    private let deliver: @Sendable (_ attempt: UInt64, Event) -> Void
    private let loop: any EventLoop
    private let timeout: Interval
    private let current = Mutex(Current())
    /// Far above what an honest client has under way at one time.
    private static let pendingLimit = 1_024 * 1_024

    private struct Current {
        var attempt: UInt64 = 0
        var channel: (any Channel)?
        var isOpen = false
        /// The attempt whose end is still to be delivered.
        var isLive = false
        /// Handed to NIO's thread and not yet written to the channel.
        var pendingBytes = 0
    }

    /// A client that is not connected yet.
    ///
    /// - Parameter timeout: for the TCP connection, and again for TLS and HTTP.
    public init(
        url: SignalingURL, trust: Trust = .system, timeout: Interval = .seconds(10),
        deliver: @escaping @Sendable (_ attempt: UInt64, Event) -> Void
    ) throws(SignalingTransportFailure) {
        self.url = url
        self.timeout = timeout
        self.deliver = deliver
        loop = SignalingThread.group.next()
        switch trust {
        case .system where url.isSecure:
            tls = NIOThreadPool.singleton.runIfActive(eventLoop: loop) { try trust.context() }
        case .certificates where url.isSecure: tls = loop.makeSucceededFuture(try trust.context())
        case .system, .certificates: tls = loop.makeSucceededFuture(nil)
        }
    }

    /// Opens the WebSocket for a path, giving up any other; `opened` or `closed` follows.
    ///
    /// - Parameter firstMessage: goes with the request, if it is not too long, and a server that knows of such messages
    ///   takes it as the first one: `opened` says whether. To any other server it must be sent.
    /// - Returns: the attempt's number.
    @discardableResult
    public func connect(path: String, firstMessage: [UInt8]? = nil) -> UInt64 {
        let (old, attempt) = current.withLock { current in
            defer { current = Current(attempt: current.attempt + 1, isLive: true) }
            return (current.channel, current.attempt + 1)
        }
        old?.close(promise: nil)
        open(path: url.prefix + (path.hasPrefix("/") ? path : "/" + path), firstMessage: firstMessage, attempt: attempt)
        return attempt
    }

    /// Sends a message, if the WebSocket is open. A connection that takes no more ends with `broken`.
    public func send(_ message: [UInt8]) {
        let (channel, attempt, isFull) = current.withLock { current in
            guard current.isOpen else { return (nil as (any Channel)?, current.attempt, false) }
            current.pendingBytes += message.count
            return (current.channel, current.attempt, current.pendingBytes > Self.pendingLimit)
        }
        guard let channel else { return }
        guard !isFull else {
            end(attempt, .broken("it takes messages too slowly"))
            return channel.close(promise: nil)
        }
        channel.eventLoop.execute {
            MessageChannel.write(message, to: channel, masked: true)
            channel.flush()
            self.current.withLock { if $0.attempt == attempt { $0.pendingBytes -= message.count } }
        }
    }

    /// Closes the WebSocket in order; nothing more of this attempt is delivered.
    public func disconnect() {
        let (channel, isOpen) = current.withLock { current in
            defer { (current.channel, current.isOpen, current.isLive) = (nil, false, false) }
            return (current.channel, current.isOpen)
        }
        guard let channel else { return }
        channel.eventLoop.execute {
            if isOpen {
                MessageChannel.close(channel, code: .normalClosure, masked: true)
            } else {
                channel.close(promise: nil)
            }
        }
    }

    private func open(path: String, firstMessage: [UInt8]?, attempt: UInt64) {
        let connected = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(timeout.nanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.writeBufferWaterMark, value: .init(low: 512 * 1_024, high: 1_024 * 1_024))
            .connect(host: url.host, port: Int(url.port))
        connected.whenSuccess { self.keep($0, attempt) }
        connected.and(tls)
            .flatMapThrowing { channel, tls in
                try self.configure(channel, tls, path: path, firstMessage: firstMessage, attempt: attempt)
            }
            .whenFailure { error in
                connected.whenSuccess { $0.close(promise: nil) }
                self.end(attempt, TransportErrors.failure(error, self.url))
            }
    }

    /// Remembers the channel of the attempt, unless it was given up meanwhile.
    private func keep(_ channel: any Channel, _ attempt: UInt64) {
        let isWanted = current.withLock { current in
            guard current.attempt == attempt, current.isLive else { return false }
            current.channel = channel
            return true
        }
        guard isWanted else { return channel.close(promise: nil) }
        deliver(attempt, .reached)
    }

    /// Begins TLS and HTTP on a connection, unless it is closed again already.
    private func configure(
        _ channel: any Channel, _ tls: NIOSSLContext?, path: String, firstMessage: [UInt8]?, attempt: UInt64
    ) throws {
        guard channel.isActive else { throw ChannelError.ioOnClosedChannel }
        let pipeline = channel.pipeline.syncOperations
        if let tls {
            // SNI and the certificate's name: of a host name only (RFC 6066 section 3).
            let name = IPAddress(url.host) == nil ? url.host : nil
            try pipeline.addHandler(try NIOSSLClientHandler(context: tls, serverHostname: name))
        }
        let late = channel.eventLoop.scheduleTask(in: .nanoseconds(timeout.nanoseconds)) {
            self.end(attempt, .timedOut(self.url.hostField))
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in late.cancel() }
        let request = UpgradeRequestHandler(url: url, path: path, firstMessage: firstMessage) { self.end(attempt, $0) }
        let upgrader = NIOWebSocketClientUpgrader(
            maxFrameSize: SignalingLimits.messageBytes, automaticErrorHandling: false,
            upgradePipelineHandler: { channel, answer in
                late.cancel()
                let isTaken = firstMessage != nil && FirstMessage.isTaken(answer.headers)
                return channel.pipeline.removeHandler(name: UpgradeRequestHandler.name).flatMapThrowing {
                    try channel.pipeline.syncOperations.addHandler(self.messages(attempt, isFirstMessageTaken: isTaken))
                }
            })
        // The server's first message may come with its answer in one segment: what follows the answer is ours.
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (upgraders: [upgrader], completionHandler: { _ in }))
        try pipeline.addHandler(request, name: UpgradeRequestHandler.name)
    }

    private func messages(_ attempt: UInt64, isFirstMessageTaken: Bool) -> MessageFrameHandler {
        MessageFrameHandler(
            role: .client, messageLimit: SignalingLimits.messageBytes,
            owner: MessageFrameHandler.Owner(
                opened: { self.opened($0, attempt, isFirstMessageTaken: isFirstMessageTaken) },
                received: { self.received(Array(buffer: $0), attempt) },
                closed: { code, error in
                    let failure =
                        code.map { SignalingTransportFailure.closed(code: $0) }
                        ?? .broken(error.map(describe) ?? "the server closed it")
                    self.end(attempt, failure)
                }))
    }

    private func opened(_ channel: any Channel, _ attempt: UInt64, isFirstMessageTaken: Bool) {
        let isWanted = current.withLock { current in
            guard current.attempt == attempt, current.isLive else { return false }
            current.channel = channel
            current.isOpen = true
            return true
        }
        guard isWanted else { return channel.close(promise: nil) }
        let remote = channel.remoteAddress.flatMap(TransportAddress.init)
        deliver(attempt, .opened(remote: remote, isFirstMessageTaken: isFirstMessageTaken))
    }

    private func received(_ message: [UInt8], _ attempt: UInt64) {
        guard current.withLock({ $0.attempt == attempt && $0.isLive }) else { return }
        deliver(attempt, .message(message))
    }

    private func end(_ attempt: UInt64, _ failure: SignalingTransportFailure) {
        let isLive = current.withLock { current in
            guard current.attempt == attempt, current.isLive else { return false }
            (current.channel, current.isOpen, current.isLive) = (nil, false, false)
            return true
        }
        if isLive { deliver(attempt, .closed(failure)) }
    }
}

/// One thread for the signaling of all clients of a process: they have next to nothing to do.
enum SignalingThread {
    static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
}
