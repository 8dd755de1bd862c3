import Foundation
import WireFormat

/// Real processes over a link with delay: the first picture beside its limit, and the round trip that a session sees beside
/// that of a bare datagram.
struct RealPathSuite {
    private static let starts = 5
    private static let roundTrip = BenchLink.delay * (2 as Int64)
    private static let echoes = 60
    private static let patience = 20.0
    /// A session at rest measures its round trip once a second.
    private static let stillSeconds = 8.0
    private static let videoSeconds = 6.0
    private static let stillScreen = "test:640x480@0"
    private static let videoScreen = "test:640x480@60"
    /// The link's frames are carried by this process.
    private static let allowance = (share: 0.03, milliseconds: 0.1, underVideo: 1.25)

    let context: SuiteContext
    /// Which of the two the suites want.
    let isStartWanted: Bool
    let isRoundTripWanted: Bool

    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        let shape = LinkShape(bitsPerSecond: BenchLink.shape.bitsPerSecond, loss: 0, queue: BenchLink.shape.queue)
        let network = try BenchNetwork(seed: context.seed, shape: shape)
        defer { network.remove() }
        let server = try LabServer(at: BenchNetwork.farAddress, in: network.namespace, folder: scratch.path)
        defer { server.stop() }
        var outcome = SuiteOutcome(context.progress)
        if isStartWanted { outcome.add("ttff, processes") { [try starts(server, network, scratch.path)] } }
        if isRoundTripWanted {
            outcome.add("transport, processes") { [try roundTrips(server, network, scratch.path)] }
        }
        return outcome
    }

    private func session(
        _ server: LabServer, _ network: BenchNetwork, _ folder: String, screen: String, seconds: Double
    ) throws -> LiveResult {
        let common = ["--server", server.url, "--server-certificate", server.certificate]
        let host = try CodeHost(["--screen", screen] + common, folder: folder, namespace: network.namespace)
        defer { host.process.stop(SIGKILL, seconds: 1) }
        let viewer = try ChildProcess(
            "rdpeer", ["view", host.code, "--headless", "--json", "--duration", String(seconds)] + common,
            folder: folder)
        defer { viewer.stop(SIGKILL, seconds: 1) }
        _ = try viewer.wait(for: "ended", seconds: seconds + Self.patience)
        _ = host.process.log.wait(seconds: Self.patience) { $0.name == "ended" }
        return LiveResult(host: host.process.log.all, viewer: viewer.log.all)
    }

    private func starts(_ server: LabServer, _ network: BenchNetwork, _ folder: String) throws -> CaseResult {
        let sessions = try (0..<Self.starts).map { index in
            context.progress.step("ttff processes", index, of: Self.starts)
            return try session(server, network, folder, screen: Self.stillScreen, seconds: 1)
        }
        var result = CaseResult(suite: .ttff, name: "processes-code-40ms", seed: context.seed)
        result.sessions = sessions.count
        var outcomes = OutcomeCounts()
        for session in sessions { outcomes.count(session.outcome) }
        result.outcomes = outcomes
        result.timeToFirstFrame = Distribution(sessions.compactMap(\.firstFrame))
        result.setup = Distribution(sessions.compactMap(\.setup))
        let roundTrip = Self.roundTrip
        let picture = FirstPicture(seed: context.seed)
        // The server is where the host is: TCP and TLS take a round trip each, then the limit begins.
        let megabits = Double(BenchLink.shape.bitsPerSecond) / 1e6
        let limit = FirstFrameCase.limitMilliseconds(
            roundTrip: roundTrip, pictureBytes: picture.wireBytes, megabits: megabits)
        result.measures = [
            "strategy": .string("processes"), "pattern": .string(HandshakeKind.code.rawValue),
            "path_rtt_ms": .rounded(roundTrip.milliseconds), "loss": .number(0), "link_mbit_per_s": .rounded(megabits),
            "limit_ms": .rounded(limit + roundTrip.milliseconds * 2),
        ]
        return result
    }

    private func roundTrips(_ server: LabServer, _ network: BenchNetwork, _ folder: String) throws -> CaseResult {
        let echo = try EchoSocket(at: BenchNetwork.farAddress, in: network.namespace)
        defer { echo.stop() }
        func bare() -> [Double] {
            PlainSocket.roundTrips(
                to: BenchNetwork.farAddress, port: EchoSocket.port, from: BenchNetwork.nearAddress,
                count: Self.echoes / 2)
        }
        // Before and after the session: the machine is not equally busy all the time.
        let before = bare()
        let still = try session(server, network, folder, screen: Self.stillScreen, seconds: Self.stillSeconds)
        let after = bare()
        let video = try session(server, network, folder, screen: Self.videoScreen, seconds: Self.videoSeconds)
        context.progress.note("transport: round trips of processes")
        let echoes = Distribution(before + after)
        var result = CaseResult(suite: .transport, name: "processes-rtt-40ms", seed: context.seed)
        result.sessions = 2
        result.measures = [
            "path_rtt_ms": .rounded(Self.roundTrip.milliseconds), "udp_echo_rtt_ms": echoes.json,
            "idle_rtt_ms": .object([
                "p50": .rounded(still.roundTripMedian ?? 0), "p95": .rounded(still.roundTripHigh ?? 0),
            ]),
            "video_rtt_ms": .object([
                "p50": .rounded(video.roundTripMedian ?? 0), "p95": .rounded(video.roundTripHigh ?? 0),
            ]),
        ]
        return result
    }

    /// What of the goals a row of round trips misses, in words.
    static func misses(_ result: CaseResult) -> [String] {
        func figure(_ name: String, _ percentile: String) -> Double { result.measures[name]?[percentile]?.double ?? 0 }
        let (bare, idle) = (figure("udp_echo_rtt_ms", "p50"), figure("idle_rtt_ms", "p50"))
        var misses: [String] = []
        if idle == 0 || idle > bare * (1 + allowance.share) + allowance.milliseconds { misses.append("idle p50") }
        let video = figure("video_rtt_ms", "p95")
        if video == 0 || video > idle * allowance.underVideo { misses.append("p95 under video") }
        return misses
    }

    static let notes = [
        "transport, ttff: processes are rdserver, rdpeer host and a headless rdpeer view over a link that this program carries "
            + "(20 Mbit/s, round trip 40 ms, no loss), the server at the host. Their first picture counts from the viewer's "
            + "start, so TCP and TLS add two round trips to the limit. The bare round trip is that of a UDP datagram of 64 bytes, "
            + "sent back by a thread, before and after the session at rest; the other is under a moving picture at 60 Hz."
    ]
}
