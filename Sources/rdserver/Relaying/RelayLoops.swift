import Foundation
import NetworkIO
import ProgramSupport
import STUN
import Synchronization
import TURN
import WireFormat

/// The loops of a relay, one for each processor: each has its own sockets at the same ports (SO_REUSEPORT), its own TURN
/// server and its own slice of the relay ports.
struct RelayLoops {
    /// More threads than that relay more than any network interface brings.
    static let limit = 32
    /// One processor is left to all else: signaling and TLS, and on small machines the kernel's work for what is relayed.
    /// Two loops on two processors, measured under the bench's load, took 1.2 to 1.7 times as long for a packet as one,
    /// since each finds fewer at once, and relayed no more.
    static let usual = min(8, max(1, ProcessInfo.processInfo.activeProcessorCount - 1))

    /// A client stays with its loop, so that none may run out of ports while others have many.
    private static let leastPorts = 256

    /// Connections of relay clients, so many that relayed addresses and signaling have their descriptors whoever connects.
    private static var connectionLimit: Int { max(16, min(4_096, DescriptorLimit.raised / 4)) }

    private(set) var loops: [DatagramLoop<RelayMachine>] = []
    let challenges: ChallengeMint

    /// - Parameter hear: called with each loop's events, on its thread.
    init(
        _ configuration: TURN.Server.Configuration, count: Int,
        hear: @escaping @Sendable (TURN.Server.Event) -> Void
    ) throws {
        var system = SystemRandomNumberGenerator()
        var random = SeededRandom(from: &system)
        let count = max(1, min(count, configuration.relayPorts.count / Self.leastPorts))
        let team = RelayTeam(count: count)
        let nonceKey = random.bytes(count: 32)
        var mint: ChallengeMint?
        for index in 0..<count {
            var configuration = configuration
            if count > 1 {
                configuration.team = TURN.Server.Team(index: index, of: count, nonceKey: nonceKey, ledger: team)
                // The kernel spreads a source's requests by their ports.
                configuration.limits.unauthenticatedRequests = configuration.limits.unauthenticatedRequests.divided(
                    by: count)
            }
            let server = TURN.Server(configuration: configuration, random: SeededRandom(from: &system))
            mint = mint ?? server.challengeMint
            loops.append(try Self.makeLoop(RelayMachine(server: server, index: index), of: count, team, hear))
        }
        guard let mint else { throw RelayPortFailure.noneFree }
        challenges = mint
    }

    private static func makeLoop(
        _ machine: RelayMachine, of count: Int, _ team: RelayTeam,
        _ hear: @escaping @Sendable (TURN.Server.Event) -> Void
    ) throws -> DatagramLoop<RelayMachine> {
        var configuration = DatagramConfiguration()
        configuration.streams.connectionLimit = connectionLimit / count
        let loop = try DatagramLoop(machine: machine, configuration: configuration) { loop, event in
            handle(event, in: loop, team)
            hear(event)
        }
        if count > 1 { loop.machine.handOver = { datagram, owner in team.handOver(datagram, to: owner) } }
        team.join(loop)
        return loop
    }

    private static func handle(_ event: TURN.Server.Event, in loop: DatagramLoop<RelayMachine>, _ team: RelayTeam) {
        switch event {
        case .openRelay(let identifier, let address):
            do {
                _ = try loop.bind(address)
                loop.machine.server.relayOpened(identifier, at: loop.now)
            } catch {
                loop.machine.server.relayFailed(identifier, at: loop.now)
            }
        case .closeRelay(_, let address): loop.close(address)
        case .allocationEnded(let record, _): team.forget(record.client, in: loop)
        case .allocationMoved(_, let old): team.forget(old, in: loop)
        case .allocationCreated: break
        }
    }

    /// Opens the sockets of all.
    ///
    /// - Returns: the main address, and the sockets that STUN answers from.
    func open(
        _ listener: RelayListener, _ alternate: BindingListener, _ configuration: TURN.Server.Configuration
    ) throws -> (address: TransportAddress, sockets: [TransportAddress]) {
        var (listener, alternate) = (listener, alternate)
        listener.sharesPort = loops.count > 1
        alternate.sharesPort = loops.count > 1
        let address = try listener.open(in: loops[0])
        var binding = try alternate.open(beside: address, in: loops[0])
        binding.answersShortRequests = configuration.shortRequests == .answered
        // As of the unauthenticated requests, each loop sees its share.
        binding.changesPerSecond = max(1, binding.changesPerSecond / loops.count)
        binding.changeBurst = max(1, binding.changeBurst / loops.count)
        var system = SystemRandomNumberGenerator()
        var sockets: [TransportAddress] = []
        for (index, loop) in loops.enumerated() {
            let bindings = BindingServer(configuration: binding, random: SeededRandom(from: &system))
            sockets = bindings.sockets
            if index > 0 { try listener.join(address, sockets, in: loop) }
            loop.machine.bindings = bindings
        }
        return (address, sockets)
    }
}
