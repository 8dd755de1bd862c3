import Foundation
import NetworkSimulator
import WireFormat

/// An internet of namespaces: one that routes, one with the server, and those of the peers with their gateways.
///
/// Addresses: the server is 23.255.0.2, the site with number N has 23.0.N.2 at its outside. All homes use 192.168.1.0/24,
/// as in life; addresses in them differ, so that no host takes another's for its own.
final class LabNetwork {
    static let serverAddress = IPAddress.v4(0x17FF_0002)
    static let signalingPort: UInt16 = 443

    private static let routerOfServer = IPAddress.v4(0x17FF_0001)

    let condition: LabCondition
    let serverNamespace: String
    let internet: String
    let prefix: String
    let seed: UInt64
    var script = LabScript()
    var cables: [Cable] = []
    var siteCount: UInt32 = 0
    private var namespaces: [String] = []
    private var thread: CableThread?
    private var apart: [LabSeat: String] = [:]
    private var together: [LabShared: (host: String, viewer: String)] = [:]

    /// Builds what the pairs need.
    ///
    /// - Throws: `BenchFailure` or `SystemFailure`.
    init(_ condition: LabCondition, for pairs: [LabPair], seed: UInt64) throws {
        self.condition = condition
        self.seed = seed
        prefix = "beeline-\(getpid())"
        internet = "\(prefix)-internet"
        serverNamespace = "\(prefix)-server"
        buildCore()
        for pair in pairs { try build(pair) }
        do {
            try script.run()
            thread = try CableThread(cables)
        } catch {
            remove()
            throw error
        }
    }

    /// Removes all of it.
    func remove() {
        thread?.stop()
        thread = nil
        var removal = LabScript()
        for namespace in namespaces { removal.removeNamespace(namespace) }
        try? removal.run()
        namespaces = []
        cables = []
    }

    /// The namespaces of host and viewer.
    ///
    /// - Parameter isSwapped: the second place hosts.
    func namespaces(of pair: LabPair, isSwapped: Bool) -> (host: String, viewer: String)? {
        switch pair {
        case .apart(let first, let second):
            let (host, viewer) = isSwapped ? (second, first) : (first, second)
            guard let host = apart[LabSeat(place: host, isHost: true)],
                let viewer = apart[LabSeat(place: viewer, isHost: false)]
            else { return nil }
            return (host, viewer)
        case .together(let shared): return together[shared]
        }
    }

    private func buildCore() {
        addNamespace(internet, isRouter: true)
        // Private addresses lead nowhere, and nobody says so.
        script.addRoute("blackhole default", in: internet)
        addNamespace(serverNamespace, isRouter: false)
        script.addWire(
            LabInterface(namespace: internet, name: "server", address: Self.routerOfServer),
            LabInterface(namespace: serverNamespace, name: "out", address: Self.serverAddress))
        script.addRoute("default via \(Self.routerOfServer)", in: serverNamespace)
    }

    func addNamespace(_ name: String, isRouter: Bool) {
        namespaces.append(name)
        script.addNamespace(name, isRouter: isRouter)
    }

    private func build(_ pair: LabPair) throws {
        switch pair {
        case .apart(let first, let second):
            for place in [first, second] {
                for seat in [true, false].map({ LabSeat(place: place, isHost: $0) }) where apart[seat] == nil {
                    apart[seat] = try build(seat)
                }
            }
        case .together(let shared): if together[shared] == nil { together[shared] = try build(shared) }
        }
    }
}
