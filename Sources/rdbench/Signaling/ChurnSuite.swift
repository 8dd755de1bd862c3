import Foundation

/// Sessions that come and go for as long as is asked for: whether the server's memory and descriptors stay what they are.
struct ChurnSuite {
    private static let sampleSeconds = 1.0
    /// Sessions before the first look.
    private static let warmUpSeconds = 2.0
    private static let patience = 20.0
    private static let pauseMicroseconds: UInt32 = 50_000

    let context: SuiteContext

    /// Sessions that failed are a failure.
    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        _ = try ProgramFolder.program("rdserver")
        let server = try SignalingProgram(folder: scratch.path)
        defer { server.stop() }
        let rate = context.signaling.meetingsPerSecond
        let seconds = context.signaling.seconds
        let load = try ChurnLoad(server: server.address, seed: context.seed)
        try load.run(perSecond: rate, seconds: Self.warmUpSeconds) { _ throws(BenchFailure) in }
        let warmUp = load.tally
        let firstDescriptors = settledDescriptors(server, atMost: nil)
        let start = ProcessorClock.wallSeconds
        let usage = server.usage.processorMilliseconds
        var samples: [Int] = []
        try load.run(perSecond: rate, seconds: seconds) { tally throws(BenchFailure) in
            let elapsed = ProcessorClock.wallSeconds - start
            guard elapsed >= Double(samples.count + 1) * Self.sampleSeconds, elapsed < seconds else { return }
            samples.append(server.residentBytes)
            context.progress.step("signaling: seconds of churn", Int(elapsed), of: Int(seconds))
        }
        let spent = server.usage.processorMilliseconds - usage
        let lastDescriptors = settledDescriptors(server, atMost: firstDescriptors)
        let tally = load.tally
        var outcome = SuiteOutcome(context.progress)
        outcome.add("signaling") {
            [
                result(
                    tally, since: warmUp, samples, descriptors: (firstDescriptors, lastDescriptors),
                    processorMilliseconds: spent)
            ]
        }
        if tally.failed > 0 {
            outcome.fail(
                "signaling: \(Figure.grouped(tally.failed)) of \(Figure.grouped(tally.begun)) sessions failed, the first "
                    + "because of: \(tally.problem ?? "nothing that was told")")
        }
        return outcome
    }

    /// How many there are once what was closed is gone.
    private func settledDescriptors(_ server: SignalingProgram, atMost wanted: Int?) -> Int {
        let limit = ProcessorClock.wallSeconds + Self.patience
        var last = -1
        while ProcessorClock.wallSeconds < limit {
            let count = server.descriptors
            if let wanted { if count <= wanted { return count } } else if count == last { return count }
            last = count
            usleep(Self.pauseMicroseconds)
        }
        return last
    }

    private func result(
        _ tally: ChurnLoad.Tally, since warmUp: ChurnLoad.Tally, _ samples: [Int], descriptors: (first: Int, last: Int),
        processorMilliseconds: Double
    ) -> CaseResult {
        var result = CaseResult(suite: .signaling, name: "sessions come and go", seed: context.seed)
        let ended = tally.ended - warmUp.ended
        result.sessions = tally.begun - warmUp.begun
        result.measures["seconds"] = .rounded(context.signaling.seconds)
        result.measures["sessions_per_s"] = .rounded(Double(ended) / context.signaling.seconds)
        result.measures["session_ms"] = Distribution(tally.milliseconds.dropFirst(warmUp.ended)).json
        result.measures["failed"] = .integer(tally.failed)
        if let problem = tally.problem { result.measures["problem"] = .string(problem) }
        result.measures["packets_lost"] = .integer(tally.packetsSent - tally.packetsReturned)
        result.measures["packets"] = .integer(tally.packetsSent)
        result.measures["cpu_us_per_session"] = .rounded(processorMilliseconds * 1_000 / Double(max(1, ended)))
        result.measures["descriptors_first"] = .integer(descriptors.first)
        result.measures["descriptors_last"] = .integer(descriptors.last)
        let means = Quarters(samples).means
        for (quarter, mean) in means.enumerated() {
            result.measures["resident_bytes_quarter_\(quarter + 1)"] = .rounded(mean)
        }
        if means.count == Quarters.count { result.measures["last_of_second_quarter"] = .rounded(means[3] / means[1]) }
        return result
    }

    static let notes = [
        "signaling, churn: each session is a host that opens a room, a viewer that joins, the answer, a relayed address with the "
            + "credentials and the challenge that the server told, a channel, four packets to the host's side and back, and the "
            + "end of all of it. A closed room's number is kept from others for ten minutes, so that memory grows that long at "
            + "first; quarters are of an hour when an hour was asked for."
    ]
}
