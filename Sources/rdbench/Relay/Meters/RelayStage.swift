import Foundation

/// A relay with clients and peers around it.
final class RelayStage {
    /// Peers of each client: packets one by one go to one after the other.
    static let peersPerClient = 4

    let program: RelayProgram
    let clientSocket: LoopbackSocket
    let peerSocket: LoopbackSocket
    private let clients: RelayClients
    private var flows: [RelayFlow] = []

    /// - Parameters:
    ///   - threads: how many of the program's relay.
    ///   - isStamping: arrivals have their times, which costs every packet on the machine a little.
    init(_ kind: RelayKind, threads: Int, seed: UInt64, folder: String, isStamping: Bool = false) throws {
        clientSocket = try LoopbackSocket(isStamping: isStamping)
        peerSocket = try LoopbackSocket(isStamping: isStamping)
        program = try RelayProgram(kind, threads: threads, folder: folder)
        clients = RelayClients(server: program.server, socket: clientSocket, seed: seed)
        // One is there in any case, so that nothing which a program makes once counts as an allocation's.
        do {
            try clients.allocate(1)
        } catch {
            program.stop()
            throw error
        }
    }

    /// Makes so many allocations in all.
    func allocate(_ count: Int) throws { try clients.allocate(count) }

    /// Gives each client a channel to each of its peers.
    func bindChannels() throws { flows = try clients.bind(peers: Self.peersPerClient, port: peerSocket.port) }

    /// Renews what would end in the next minutes.
    func renew() { clients.renew() }

    /// The flows of the first so many clients.
    func flows(of allocations: Int) -> [RelayFlow] { flows.filter { $0.number < allocations } }

    func traffic(_ shape: RelayShape) -> RelayTraffic {
        RelayTraffic(
            clients: clientSocket, peers: peerSocket, flows: flows(of: shape.allocations), shape: shape)
    }

    func stop() { program.stop() }
}
