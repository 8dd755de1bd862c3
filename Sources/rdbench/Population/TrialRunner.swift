import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// Runs one simulated session after another with the same identities.
struct TrialRunner: Sendable {
    /// How long a session is watched after the viewer's request, in virtual time: four times what the slowest
    /// retransmission of a check that still finds a path needs.
    private static let watch = Interval.seconds(10)
    /// How long a session that has all it can get goes on: until the peers have measured an idle round trip, which they
    /// do once a second, and agree on the path. One that was watched to the end has done so long before.
    private static let afterglow = Interval.milliseconds(1_500)

    let populationCase: PopulationCase
    private let host: StaticKeyPair
    private let viewer: StaticKeyPair

    init(_ populationCase: PopulationCase, seed: UInt64) {
        var random = SeededRandom(seed: (seed, 0, 1, 0))
        self.populationCase = populationCase
        let host = StaticKeyPair(random: &random)
        let viewer = StaticKeyPair(random: &random)
        self.host = host.remembering([viewer.publicKey])
        self.viewer = viewer.remembering([host.publicKey])
    }

    /// The hosts that sessions of this case visit; each thread has its own, all alike.
    func makeHosts(seed: UInt64) -> WaitingHosts {
        WaitingHosts(
            seed: seed, identities: (host, viewer), configuration: populationCase.configuration)
    }

    func run(_ drawn: TrialPlan, visiting hosts: WaitingHosts) throws -> TrialResult {
        let plan = populationCase.plan(drawn)
        var trial = try SessionTrial(
            seed: plan.seed, host: plan.host, viewer: plan.viewer, identities: (host, viewer),
            configuration: populationCase.configuration, mapsPorts: populationCase.mapsPorts, waiting: hosts)
        let isDirectWanted = populationCase.strategy != .relayOnly
        let party = trial.viewer
        let isDone = trial.simulator.run(until: SessionTrial.warmUp + Self.watch) { _, _ in
            let figures = party.peer.session.figures
            return figures.sharpFrame != nil && (figures.directPath != nil || !isDirectWanted)
        }
        if isDone { trial.simulator.run(until: trial.simulator.now + Self.afterglow) }
        return result(of: trial, plan: plan)
    }

    private func result(of trial: borrowing SessionTrial, plan: TrialPlan) -> TrialResult {
        let session = trial.viewer.peer.session
        let figures = session.figures
        let isRelayed = session.selectedPair?.isRelayed
        let outcome: SessionOutcome =
            switch isRelayed {
            case _ where figures.firstFrame == nil: .failed
            case false?: .direct
            case true?: .relayed
            case nil: .failed
            }
        let hostIsRelayed = trial.host.peer.session?.selectedPair?.isRelayed
        return TrialResult(
            hostPlace: plan.host.place, viewerPlace: plan.viewer.place, outcome: outcome,
            setup: figures.setup?.milliseconds, firstFrame: figures.firstFrame?.milliseconds,
            sharpFrame: figures.sharpFrame?.milliseconds, directPath: figures.directPath?.milliseconds,
            roundTrip: roundTrip(of: trial),
            isDirectByICE: plan.isDirectByICE(with: populationCase.offer),
            isDirectByAny: plan.isDirectByAny(with: populationCase.offer),
            isSplit: outcome != .failed && hostIsRelayed != isRelayed, traceHash: trial.simulator.network.traceHash)
    }

    /// The median of the transport's samples since the last move of the path, or what the path's checks measured.
    private func roundTrip(of trial: borrowing SessionTrial) -> Double? {
        var samples: [Double] = []
        for (event, _) in trial.viewer.events {
            switch event {
            case .session(.pathChanged): samples.removeAll()
            case .session(.roundTrip(let sample)): samples.append(sample.milliseconds)
            default: break
            }
        }
        guard !samples.isEmpty else {
            return trial.viewer.peer.session.selectedPair?.roundTripTime?.milliseconds
        }
        samples.sort()
        return samples[samples.count / 2]
    }
}
