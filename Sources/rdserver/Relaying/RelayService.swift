import Foundation
import NetworkIO
import STUN
import Synchronization
import TURN
import WireFormat

/// STUN and TURN, over UDP, TCP and TLS, on threads of their own.
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
    private let mailboxes: [Mailbox<DatagramLoop<RelayMachine>>]
    private let threads: [WorkerThread]

    /// Binds the sockets and starts the threads.
    ///
    /// - Parameters:
    ///   - webPort: a second port for TCP.
    ///   - secure: the address and certificate for TLS.
    ///   - alternate: what STUN answers from beside that.
    ///   - threads: how many relay.
    ///   - audit: hears of allocations, on the relay's threads.
    init(
        listen: TransportAddress, webPort: UInt16? = nil,
        secure: (address: TransportAddress, certificate: ServerCertificate)? = nil, alternate: BindingListener,
        configuration: TURN.Server.Configuration, threads count: Int,
        audit: @escaping @Sendable (TURN.Server.Event) -> Void
    ) throws {
        let load = RelayLoad(limit: configuration.limits.allocations)
        self.load = load
        let relay = try RelayLoops(configuration, count: count) { event in
            load.note(event)
            audit(event)
        }
        challenges = relay.challenges
        let listener = RelayListener(address: listen, relayPorts: configuration.relayPorts, webPort: webPort)
        (address, bindingSockets) = try relay.open(listener, alternate, configuration)
        let mailboxes = relay.loops.map(\.mailbox)
        self.mailboxes = mailboxes
        var threads: [WorkerThread] = []
        do {
            for (index, loop) in relay.loops.enumerated() {
                nonisolated(unsafe) let runner = loop
                threads.append(try WorkerThread(named: "relay-\(index + 1)") { runner.run() })
            }
            let sink = Self.sink(of: mailboxes)
            secureListener = try secure.map { secure in
                try SecureStreamListener(on: secure.address, certificate: secure.certificate, sink: sink)
            }
        } catch {
            Self.stop(mailboxes, threads)
            throw error
        }
        self.threads = threads
    }

    /// Whether hosts that wait may have allocations: half of them are for sessions.
    var hasRoomForWaiting: Bool { load.share < 0.5 }

    /// What the relay has done and does, all its loops together; nil if one does not answer. Waits for their threads.
    var figures: RelayFigures? {
        let replies = mailboxes.map { mailbox in
            let reply = RelayReply()
            mailbox.post { loop in
                let server = loop.machine.server
                reply.give(
                    RelayFigures(
                        allocations: server.allocationCount, statistics: server.statistics,
                        bindings: loop.machine.bindings?.statistics ?? BindingServer.Statistics(),
                        live: server.liveTraffic, datagrams: loop.statistics, streams: loop.streamStatistics))
            }
            return reply
        }
        var sum: RelayFigures?
        for reply in replies {
            guard let figures = reply.take(seconds: 5) else { return nil }
            if sum == nil { sum = figures } else { sum?.add(figures) }
        }
        return sum
    }

    /// Takes connections that begin as TURN does and came in elsewhere, each loop in its turn.
    var sink: RelaySink { Self.sink(of: mailboxes) }

    private static func sink(of mailboxes: [Mailbox<DatagramLoop<RelayMachine>>]) -> RelaySink {
        let turn = RoundRobin()
        return RelaySink(framing: RelayListener.framing) { handover in
            mailboxes[turn.next(of: mailboxes.count)].post { loop in
                loop.adoptStream(handover, framing: RelayListener.framing, precedence: RelayListener.precedence)
            }
        }
    }

    /// Reads the files of the certificate again, for connections to come.
    func reloadCertificate() throws { try secureListener?.reloadCertificate() }

    /// Stops the loops and waits for their end.
    func stop() {
        secureListener?.stop()
        Self.stop(mailboxes, threads)
    }

    private static func stop(_ mailboxes: [Mailbox<DatagramLoop<RelayMachine>>], _ threads: [WorkerThread]) {
        for mailbox in mailboxes { mailbox.post { loop in loop.stop() } }
        for thread in threads { thread.join() }
    }
}

/// Whose turn it is, on whatever thread.
private final class RoundRobin: Sendable {
    private let count = Atomic(0)

    func next(of places: Int) -> Int {
        Int(UInt(bitPattern: count.add(1, ordering: .relaxed).oldValue) % UInt(max(1, places)))
    }
}
