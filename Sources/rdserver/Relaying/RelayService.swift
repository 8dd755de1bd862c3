import Foundation
import NetworkIO
import STUN
import TURN
import WireFormat

/// STUN and TURN, over UDP, TCP and TLS, on a thread of their own.
final class RelayService: Sendable {
    /// Where it listens, over UDP and TCP.
    let address: TransportAddress
    /// Where it listens for TLS, if it does.
    var secureAddress: TransportAddress? { secureListener?.address }
    private let secureListener: SecureStreamListener?
    /// The sockets that tell clients what their NAT does, the main one first.
    let bindingSockets: [TransportAddress]
    /// Makes its challenges ahead of requests.
    let challenges: ChallengeMint
    private let load: RelayLoad
    private let mailbox: Mailbox<DatagramLoop<RelayMachine>>
    private let thread: WorkerThread

    /// Binds the sockets and starts the thread.
    ///
    /// - Parameters:
    ///   - webPort: a second port for TCP.
    ///   - secure: the address and certificate for TLS.
    ///   - alternate: what STUN answers from beside that.
    ///   - audit: hears of allocations, on the relay's thread.
    init(
        listen: TransportAddress, webPort: UInt16? = nil,
        secure: (address: TransportAddress, certificate: ServerCertificate)? = nil, alternate: BindingListener,
        configuration: TURN.Server.Configuration,
        audit: @escaping @Sendable (TURN.Server.Event) -> Void
    ) throws {
        var system = SystemRandomNumberGenerator()
        let server = TURN.Server(configuration: configuration, random: SeededRandom(from: &system))
        challenges = server.challengeMint
        let load = RelayLoad(limit: configuration.limits.allocations)
        self.load = load
        var loopConfiguration = DatagramConfiguration()
        loopConfiguration.streams.connectionLimit = DescriptorLimit.share(wanted: 4_096)
        let loop = try DatagramLoop(machine: RelayMachine(server: server), configuration: loopConfiguration) {
            loop, event in
            Self.handle(event, in: loop)
            load.note(event)
            audit(event)
        }
        address = try RelayListener(address: listen, relayPorts: configuration.relayPorts, webPort: webPort)
            .open(in: loop)
        var binding = try alternate.open(beside: address, in: loop)
        binding.answersShortRequests = configuration.shortRequests == .answered
        let bindings = BindingServer(configuration: binding, random: SeededRandom(from: &system))
        loop.machine.bindings = bindings
        bindingSockets = bindings.sockets
        mailbox = loop.mailbox
        nonisolated(unsafe) let runner = loop
        thread = try WorkerThread(named: "relay") { runner.run() }
        let sink = Self.sink(of: mailbox)
        do {
            secureListener = try secure.map { secure in
                try SecureStreamListener(on: secure.address, certificate: secure.certificate, sink: sink)
            }
        } catch {
            mailbox.post { loop in loop.stop() }
            thread.join()
            throw error
        }
    }

    /// Whether hosts that wait may have allocations: half of them are for sessions.
    var hasRoomForWaiting: Bool { load.share < 0.5 }

    /// What the relay has done and does; nil if it does not answer. Waits for its thread.
    var figures: RelayFigures? {
        let reply = RelayReply()
        mailbox.post { loop in
            let server = loop.machine.server
            reply.give(
                RelayFigures(
                    allocations: server.allocationCount, statistics: server.statistics, live: server.liveTraffic,
                    datagrams: loop.statistics, streams: loop.streamStatistics))
        }
        return reply.take(seconds: 5)
    }

    /// Takes connections that begin as TURN does and came in elsewhere.
    var sink: RelaySink { Self.sink(of: mailbox) }

    private static func sink(of mailbox: Mailbox<DatagramLoop<RelayMachine>>) -> RelaySink {
        RelaySink(framing: RelayListener.framing) { handover in
            mailbox.post { loop in
                loop.adoptStream(handover, framing: RelayListener.framing, precedence: RelayListener.precedence)
            }
        }
    }

    /// Reads the files of the certificate again, for connections to come.
    func reloadCertificate() throws { try secureListener?.reloadCertificate() }

    /// Stops the loop and waits for its end.
    func stop() {
        secureListener?.stop()
        mailbox.post { loop in loop.stop() }
        thread.join()
    }

    private static func handle(_ event: TURN.Server.Event, in loop: DatagramLoop<RelayMachine>) {
        switch event {
        case .openRelay(let identifier, let address):
            do {
                _ = try loop.bind(address)
                loop.machine.server.relayOpened(identifier, at: loop.now)
            } catch {
                loop.machine.server.relayFailed(identifier, at: loop.now)
            }
        case .closeRelay(_, let address): loop.close(address)
        case .allocationCreated, .allocationEnded, .allocationMoved: break
        }
    }
}
