import NetworkSimulator
import PeerSession
import SecureChannel
import WireFormat

/// Simulated sessions up to their first picture.
package struct FirstFrameTrial: Sendable {
    /// One session: a case, and the seed of all that is drawn.
    package struct Plan: Sendable {
        let wanted: FirstFrameCase
        let seed: UInt64

        package init(wanted: FirstFrameCase, seed: UInt64) {
            self.wanted = wanted
            self.seed = seed
        }
    }

    /// Milliseconds from the open WebSocket; nil for what did not happen.
    package struct Result: Sendable {
        let firstFrame: Double?
        let setup: Double?
        let isRelayed: Bool
        package let traceHash: UInt64
    }

    /// The hosts of a thread, by what they depend on.
    package typealias Hosts = [String: WaitingHosts]

    /// In virtual time; only a session that fails takes it.
    private static let patience = Interval.seconds(20)

    let picture: FirstPicture
    let seed: UInt64
    private let identities: (host: StaticKeyPair, viewer: StaticKeyPair)

    package init(picture: FirstPicture, seed: UInt64) {
        self.picture = picture
        self.seed = seed
        var random = SeededRandom(seed: (seed, 0, 2, 0))
        let (host, viewer) = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        identities = (host.remembering([viewer.publicKey]), viewer.remembering([host.publicKey]))
    }

    package func run(_ plan: Plan, visiting hosts: inout Hosts) throws -> Result {
        let wanted = plan.wanted
        let configuration = wanted.strategy.configuration
        let key = "\(wanted.strategy.rawValue) \(wanted.access.rawValue)"
        let waiting =
            hosts[key]
            ?? WaitingHosts(
                seed: seed, identities: identities, configuration: configuration, access: wanted.access,
                picture: picture.picture)
        hosts[key] = waiting
        var trial = try SessionTrial(
            seed: plan.seed, host: wanted.home(isHost: true), viewer: wanted.home(isHost: false),
            identities: identities,
            configuration: configuration, mapsPorts: false, waiting: waiting, serverDelay: .zero)
        let viewer = trial.viewer
        _ = trial.simulator.run(until: SessionTrial.warmUp + Self.patience) { _, _ in
            viewer.peer.session.figures.firstFrame != nil
        }
        let figures = viewer.peer.session.figures
        return Result(
            firstFrame: figures.firstFrame?.milliseconds, setup: figures.setup?.milliseconds,
            isRelayed: viewer.peer.session.selectedPair?.isRelayed ?? true,
            traceHash: trial.simulator.network.traceHash)
    }
}
