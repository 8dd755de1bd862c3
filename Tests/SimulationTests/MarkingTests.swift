import NetworkSimulator
import PeerSession
import Testing
import Transport
import WireFormat
import rdbench

/// ECN marks of whole sessions: through NATs and a relay, over lines that mark and lines that clear.
@Suite struct MarkingTests {
    enum Way: CaseIterable {
        case direct
        case relayed
    }

    private static func run(
        _ way: Way, change: (inout AccessLink) -> Void
    ) throws -> (host: Connection.Statistics, viewer: Connection.Statistics, isRelayed: Bool) {
        var side = way == .direct ? Fixture.home : Fixture.strict
        change(&side.link)
        let live = try LiveSession(seed: 5, host: side, viewer: side)
        for _ in 0..<400 {
            live.simulator.run(until: live.simulator.now + .milliseconds(10))
            live.draw()
        }
        let (host, viewer) = (live.host.peer.transportStatistics, live.viewer.peer.session.transportStatistics)
        let pair = try #require(live.viewer.peer.session.selectedPair)
        return (try #require(host), viewer, pair.isRelayed)
    }

    @Test(arguments: Way.allCases) func `marks travel both ways, through NATs and relays`(way: Way) throws {
        let (host, viewer, isRelayed) = try Self.run(way) { _ in }
        #expect(isRelayed == (way == .relayed))
        #expect(host.isECNCapable)
        #expect(host.packetsMarkable > 300 && viewer.packetsMarkable > 0)
        #expect(host.marksReported == 0)
    }

    @Test(arguments: Way.allCases) func `a line that clears them is spared them`(way: Way) throws {
        let (host, _, _) = try Self.run(way) { $0.up.bleachesECN = true }
        #expect(!host.isECNCapable)
        // Ten for each path that was in use.
        #expect(host.packetsMarkable <= 40)
    }

    @Test(arguments: Way.allCases) func `a long queue's marks reach the sender`(way: Way) throws {
        let (host, viewer, _) = try Self.run(way) { link in
            link.up.bytesPerSecond = 150_000
            link.up.markingBytes = 3_000
        }
        #expect(host.isECNCapable)
        #expect(viewer.marksReceived > 0)
        #expect(host.marksReported > 0 && host.marksReported <= viewer.marksReceived)
    }
}
