import NetworkSimulator
import PeerSession
import ScreenCodec
import SecureChannel
import WireFormat

/// A simulated session at rest in which somebody types: from each key to the pixel that it changes.
package struct KeyTrial: Sendable {
    /// What a trial came to.
    package struct Figures: Sendable {
        /// Milliseconds from a key to its pixel at the viewer.
        package var latencies = Distribution()
        /// Keys whose pixel did not come.
        package var missed = 0
        package var traceHash: UInt64 = 0
    }

    /// Until the session has its direct path, the exact picture and the sizes of its datagrams.
    private static let settling = Interval.seconds(4)
    private static let patience = Interval.seconds(5)
    private static let side = 16

    private let path: FirstFrameCase
    private let keys: Int
    private let seed: UInt64

    /// - Parameter keys: how many are pressed.
    package init(roundTripMilliseconds: Int64, loss: Double, keys: Int, seed: UInt64) {
        path = FirstFrameCase(
            strategy: .full, access: .pinned, roundTripMilliseconds: roundTripMilliseconds, loss: loss)
        self.keys = keys
        self.seed = seed
    }

    package func run() throws -> Figures {
        var random = SeededRandom(seed: (seed, 0, 3, 0))
        let identities = (StaticKeyPair(random: &random), StaticKeyPair(random: &random))
        var trial = try SessionTrial(
            seed: seed, host: path.home(isHost: true), viewer: path.home(isHost: false), identities: identities,
            mapsPorts: false, serverDelay: .zero)
        trial.simulator.run(until: SessionTrial.warmUp + Self.settling)
        var figures = Figures()
        for key in 0..<keys {
            trial.simulator.run(until: trial.simulator.now + .milliseconds(Int64.random(in: 100..<300, using: &random)))
            if let latency = press(key, in: &trial) {
                figures.latencies.record(latency.milliseconds)
            } else {
                figures.missed += 1
            }
        }
        figures.traceHash = trial.simulator.network.traceHash
        return figures
    }

    /// - Returns: how long it took to the pixel, nil if that did not come.
    private func press(_ key: Int, in trial: inout SessionTrial) -> Interval? {
        let (host, viewer) = (trial.host, trial.viewer)
        let start = trial.simulator.now
        let (typed, shown) = (host.inputs.count, viewer.pictures.count)
        trial.simulator.update(trial.viewerHost) { _, now in
            _ = viewer.act(at: now) { $0.send(.key(keysym: UInt32(key), isPressed: true)) }
        }
        let isTyped = trial.simulator.run(until: start + Self.patience) { _, _ in host.inputs.count > typed }
        guard isTyped else { return nil }
        paint(key, on: host, in: &trial)
        let isShown = trial.simulator.run(until: start + Self.patience) { _, _ in viewer.pictures.count > shown }
        return isShown ? trial.simulator.now - start : nil
    }

    /// A letter, so to speak: a tile of another colour for each key.
    private func paint(_ key: Int, on host: HostParty, in trial: inout SessionTrial) {
        let colour = 0xFF00_0000 | UInt32(truncatingIfNeeded: (key + 1) * 0x01_3579) & 0xFF_FFFF
        let picture = HostPicture.small.filling(side: Self.side, with: colour)
        trial.simulator.update(trial.hostHost) { _, now in
            host.act(at: now) { peer in
                peer.updateScreen {
                    $0.update(
                        pixels: picture.pixels.span, stride: picture.width,
                        damage: Rectangle(x: 0, y: 0, width: Self.side, height: Self.side))
                }
            }
        }
    }
}
