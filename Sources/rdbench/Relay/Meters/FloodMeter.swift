import Foundation
import Synchronization
import WireFormat

/// What a flood of requests without credentials does to the packets that a relay carries meanwhile: it comes in every other
/// window of time, so that what else happens on the machine spoils both alike.
struct FloodMeter {
    struct Figures {
        /// Microseconds one way, both ways together.
        var quiet = Distribution()
        var flooded = Distribution()
        /// Packets, of which those that came have their times.
        var quietSent = 0
        var floodedSent = 0
        /// What was sent, in requests a second of flood.
        var requestsPerSecond = 0.0
    }

    private static let windows = 12
    private static let windowSeconds = 0.4

    let stage: RelayStage
    let seed: UInt64

    func measure() throws -> Figures {
        let flood = Flood(server: stage.program.server, seed: seed)
        flood.start()
        defer { flood.stop() }
        var figures = Figures()
        var floodSeconds = 0.0
        for window in 0..<Self.windows {
            let isFlooded = window % 2 == 1
            let start = ProcessorClock.wallSeconds
            flood.isOn = isFlooded
            let latency = RelayLatencyMeter(stages: [stage], seconds: Self.windowSeconds).measure()
            flood.isOn = false
            if isFlooded { floodSeconds += ProcessorClock.wallSeconds - start }
            for direction in latency.relayed[0] {
                if isFlooded { figures.flooded.merge(direction) } else { figures.quiet.merge(direction) }
            }
            let sent = latency.sent[0].reduce(0, +)
            if isFlooded { figures.floodedSent += sent } else { figures.quietSent += sent }
        }
        guard flood.sent > 0 else { throw BenchFailure.programFailed("the flood", reason: "nothing was sent") }
        figures.requestsPerSecond = Double(flood.sent) / max(1e-3, floodSeconds)
        return figures
    }

    /// Sends Allocate requests from thousands of addresses, on a thread of its own.
    private final class Flood: Sendable {
        private static let atOnce = 20
        private static let pauseMicroseconds: UInt32 = 1_000
        private static let addresses: UInt32 = 4_096
        private static let firstAddress: UInt32 = 0x7F04_0001

        private let state = Mutex((isOn: false, isOver: false, sent: 0))
        private let server: TransportAddress
        private let seed: UInt64

        init(server: TransportAddress, seed: UInt64) {
            self.server = server
            self.seed = seed
        }

        var isOn: Bool {
            get { state.withLock { $0.isOn } }
            set { state.withLock { $0.isOn = newValue } }
        }

        var sent: Int { state.withLock { $0.sent } }

        func stop() { state.withLock { $0.isOver = true } }

        func start() { Thread.detachNewThread { self.run() } }

        private func run() {
            guard let socket = try? LoopbackSocket() else { return }
            var random = SeededRandom(seed: seed)
            var number: UInt32 = 0
            let none = UnsafeRawBufferPointer(start: nil, count: 0)
            while true {
                let (isOn, isOver, _) = state.withLock { $0 }
                if isOver { return }
                if isOn {
                    for _ in 0..<Self.atOnce {
                        let request = StrangerMeter.request(&random)
                        request.withUnsafeBytes { bytes in
                            socket.queue(
                                (bytes, none), from: Self.firstAddress + number % Self.addresses,
                                to: (server.ip.bits, server.port))
                            socket.flush()
                        }
                        number &+= 1
                    }
                    state.withLock { $0.sent += Self.atOnce }
                }
                while socket.receive({ _ in }) > 0 {}
                usleep(Self.pauseMicroseconds)
            }
        }
    }
}
