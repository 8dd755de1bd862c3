import ICE
import NetworkSimulator
import PeerSession
import STUN
import Testing
import WireFormat
import rdbench

/// The first encrypted byte of content takes two round trips: one for the offer and the answer, one for the viewer's check
/// and the host's first record. Counted in packets.
@Suite struct FirstContentTests {
    /// What passed at the peers up to the viewer's first record.
    private final class Passages {
        /// Offers that came to the host, answers that left it: nothing else signaled is that long.
        var offers = 0
        var answers = 0
        /// At the host, from the viewer.
        var checks = 0
        var records = 0
        /// Sent by the host when so many checks had come, which told the way of each.
        var checksBeforeRecord: Int?
        var firstContent: Instant?
    }

    private static let delay = Interval.milliseconds(25)
    /// Where the internet sees the second side.
    private static let viewerAddress = IPAddress.v4(0x1700_0002)
    private static let offerBytes = 300
    private static let answerBytes = 100

    /// Straight from one to the other, where no NAT has to open first.
    @Test(arguments: HandshakeKind.allCases)
    func `the first content takes an offer, an answer, a check and a record`(access: HandshakeKind) throws {
        for seed in 0..<5 as Range<UInt64> {
            // What goes through a relay is wrapped: the direct way shows its packets.
            var trial = try Self.trial(seed: seed, access: access, gateways: ([], []), policy: .directOnly)
            let passages = Passages()
            watch(&trial, passages)
            let isDone = trial.simulator.run(until: SessionTrial.warmUp + .seconds(2)) { _, _ in
                passages.firstContent != nil
            }
            #expect(isDone)
            #expect(passages.offers == 1)
            #expect(passages.answers == 1)
            // The viewer's answer to the host's own check comes with its check, and proves as much.
            #expect(passages.checksBeforeRecord.map { $0 <= 1 } == true)
            try Self.expectTwoRoundTrips(passages.firstContent)
        }
    }

    /// Over whichever path is first, whatever stands between.
    @Test(arguments: HandshakeKind.allCases, [[], [.nat(.portRestricted)], [.nat(.symmetric)]] as [[GatewayRules]])
    func `the first content takes two round trips`(access: HandshakeKind, gateways: [GatewayRules]) throws {
        for viewerGateways in [[], gateways] {
            var trial = try Self.trial(seed: 3, access: access, gateways: (gateways, viewerGateways), policy: .all)
            let viewer = trial.viewer
            let isDone = trial.simulator.run(until: SessionTrial.warmUp + .seconds(2)) { _, _ in
                viewer.peer.session.transportStatistics.stateDatagramsReceived > 0
            }
            #expect(isDone)
            try Self.expectTwoRoundTrips(trial.simulator.now)
        }
    }

    /// Each of the four takes half a round trip of 100 ms; a check waits for its turn among few.
    private static func expectTwoRoundTrips(_ instant: Instant?) throws {
        let taken = try #require(instant) - SessionTrial.warmUp
        #expect(taken >= delay * 8)
        #expect(taken <= delay * 8 + .milliseconds(12), "\(taken.milliseconds) ms")
    }

    private static func trial(
        seed: UInt64, access: HandshakeKind, gateways: (host: [GatewayRules], viewer: [GatewayRules]),
        policy: Agent.Policy
    ) throws -> SessionTrial {
        var configuration = SessionConfiguration()
        configuration.policy = policy
        return try SessionTrial(
            seed: seed, host: side(gateways.host), viewer: side(gateways.viewer), identities: Fixture.identities,
            configuration: configuration, mapsPorts: false,
            waiting: WaitingHosts(
                seed: seed, identities: Fixture.identities, configuration: configuration, access: access),
            serverDelay: .zero)
    }

    private static func side(_ gateways: [GatewayRules]) -> PopulationDraw {
        var draw = Fixture.side([], delay: delay)
        draw.side.gateways = gateways
        return draw
    }

    private func watch(_ trial: inout SessionTrial, _ passages: Passages) {
        trial.simulator.network.watch(trial.hostHost) { bytes, passage, _ in
            switch passage {
            case .messageIn: if bytes.count > Self.offerBytes { passages.offers += 1 }
            case .datagramIn(let path):
                if path.remote.ip == Self.viewerAddress, Self.isCheck(bytes) { passages.checks += 1 }
            case .datagramOut:
                guard DatagramKind(bytes) == .record else { return }
                passages.records += 1
                if passages.checksBeforeRecord == nil { passages.checksBeforeRecord = passages.checks }
            case .messageOut: if bytes.count > Self.answerBytes { passages.answers += 1 }
            }
        }
        trial.simulator.network.watch(trial.viewerHost) { bytes, passage, now in
            switch passage {
            case .messageIn, .messageOut, .datagramOut: break
            case .datagramIn:
                if DatagramKind(bytes) == .record, passages.firstContent == nil { passages.firstContent = now }
            }
        }
    }

    /// A Binding request.
    private static func isCheck(_ bytes: Span<UInt8>) -> Bool { bytes.count > 20 && bytes[0] == 0 && bytes[1] == 1 }
}
