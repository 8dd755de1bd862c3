import Foundation
import NetworkIO
import TURN
import WireFormat

/// STUN and TURN, over UDP and TCP, on a thread of their own.
final class RelayService: Sendable {
    /// Where it listens, over UDP and TCP.
    let address: TransportAddress
    private let mailbox: Mailbox<DatagramLoop<RelayMachine>>
    private let thread: WorkerThread

    /// Binds the sockets and starts the thread.
    ///
    /// - Parameters:
    ///   - webPort: a second port for TCP.
    ///   - audit: hears of allocations, on the relay's thread.
    init(
        listen: TransportAddress, webPort: UInt16? = nil, configuration: TURN.Server.Configuration,
        audit: @escaping @Sendable (TURN.Server.Event) -> Void
    ) throws {
        var system = SystemRandomNumberGenerator()
        let server = TURN.Server(configuration: configuration, random: SeededRandom(from: &system))
        var loopConfiguration = DatagramConfiguration()
        loopConfiguration.streams.connectionLimit = DescriptorLimit.share(wanted: 4_096)
        let loop = try DatagramLoop(machine: RelayMachine(server: server), configuration: loopConfiguration) {
            loop, event in
            Self.handle(event, in: loop)
            audit(event)
        }
        address = try RelayListener(address: listen, relayPorts: configuration.relayPorts, webPort: webPort)
            .open(in: loop)
        mailbox = loop.mailbox
        nonisolated(unsafe) let runner = loop
        thread = try WorkerThread(named: "relay") { runner.run() }
    }

    /// Stops the loop and waits for its end.
    func stop() {
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
