import Foundation
import WireFormat

/// A file that `rdpeer send` takes to a host, beside a bare copy over TCP on the same path: end to end encrypted, checked and
/// safe on the disk before it counts, against none of that.
struct FileSuite {
    /// A path that both take, one after the other.
    private struct Way {
        let name: String
        /// Nil for loopback.
        let loss: Double?
        var bytes: Int
    }

    /// Some seconds of the link, and of a processor.
    private static let ways = [
        Way(name: "file-40ms", loss: 0, bytes: 20_000_000),
        Way(name: "file-40ms-loss-1%", loss: 0.01, bytes: 10_000_000),
        Way(name: "file-loopback", loss: nil, bytes: 400_000_000),
    ]
    private static let runsByDefault = 3
    /// Each takes up to half a minute.
    private static let mostRuns = 20
    private static let pieceBytes = 4_000_000
    private static let patience = 20.0
    /// Of the bare copy's speed, where the link is what bounds both.
    private static let leastShare = 0.9

    let context: SuiteContext

    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        var outcome = SuiteOutcome(context.progress)
        for way in ways { outcome.add("files, \(way.name)") { [try run(way, scratch.path)] } }
        return outcome
    }

    /// Loopback alone where there can be no link.
    private var ways: [Way] {
        var ways = Self.ways
        if let bytes = context.fileBytes { for index in ways.indices { ways[index].bytes = bytes } }
        return ways.filter { $0.loss == nil || context.linkProblem == nil }
    }

    private var runs: Int { min(context.sessions ?? Self.runsByDefault, Self.mostRuns) }

    private func run(_ way: Way, _ folder: String) throws -> CaseResult {
        guard let loss = way.loss else {
            let server = try LiveServer(folder: folder)
            defer { server.stop() }
            return try measure(way, to: IPAddress.v4(0x7F00_0001), in: nil, ["--server", server.url], folder)
        }
        let shape = LinkShape(
            bitsPerSecond: BenchLink.shape.bitsPerSecond, loss: loss, queue: BenchLink.shape.queue)
        let network = try BenchNetwork(seed: context.seed, shape: shape)
        defer { network.remove() }
        let server = try LabServer(at: BenchNetwork.farAddress, in: network.namespace, folder: folder)
        defer { server.stop() }
        return try measure(
            way, to: BenchNetwork.farAddress, in: network.namespace,
            ["--server", server.url, "--server-certificate", server.certificate], folder)
    }

    private func measure(
        _ way: Way, to ip: IPAddress, in namespace: String?, _ server: [String], _ folder: String
    ) throws -> CaseResult {
        let path = "\(folder)/\(way.name).bin"
        try Self.write(way.bytes, to: path, seed: context.seed)
        var (ours, bare, processor) = (Distribution(), Distribution(), Distribution())
        for run in 0..<runs {
            context.progress.step(way.name, run, of: runs)
            let megabits = Double(way.bytes) * 8 / 1e6
            bare.record(megabits / (try TCPCopy.seconds(bytes: way.bytes, to: ip, in: namespace)))
            let sent = try send(way.bytes, path, in: namespace, server, folder)
            ours.record(megabits / sent.seconds)
            processor.record(sent.processorSeconds * 1e9 / Double(way.bytes))
        }
        try? FileManager.default.removeItem(atPath: path)
        var result = CaseResult(suite: .files, name: way.name, seed: context.seed)
        result.sessions = runs
        result.measures = [
            "file_bytes": .integer(way.bytes), "file_mbit_per_s": ours.json, "tcp_mbit_per_s": bare.json,
            "cpu_s_per_gb": processor.json, "loss": .number(way.loss ?? 0),
            "tcp_congestion_control": .string(TCPCopy.congestionControl),
        ]
        if way.loss != nil {
            result.measures["link_mbit_per_s"] = .rounded(Double(BenchLink.shape.bitsPerSecond) / 1e6)
        }
        return result
    }

    /// Sends the file once, and fails if what arrived is not what was sent.
    ///
    /// - Returns: seconds from the offer of the file until it was safe there, and the processor time of both programs, all
    ///   of their session included.
    private func send(_ bytes: Int, _ path: String, in namespace: String?, _ server: [String], _ folder: String) throws
        -> (
            seconds: Double, processorSeconds: Double
        )
    {
        let box = "\(folder)/box"
        let before = Self.childrenSeconds
        let host = try CodeHost(
            ["--screen", "test:160x120@0", "--files", "receive", "--files-directory", box] + server, folder: folder,
            namespace: namespace)
        defer { host.process.stop(SIGKILL, seconds: 1) }
        let sender = try ChildProcess("rdpeer", ["send", host.code, path, "--json"] + server, folder: folder)
        defer { sender.stop(SIGKILL, seconds: 1) }
        let stored = try sender.wait(for: "file_stored", seconds: Self.patience(for: bytes))
        guard let milliseconds = stored["ms"]?.double else {
            throw BenchFailure.programFailed("rdpeer send", reason: "its event 'file_stored' has no time")
        }
        guard sender.finish(seconds: Self.patience), host.process.finish(seconds: Self.patience) else {
            throw BenchFailure.programFailed("rdpeer", reason: "it did not end after the file")
        }
        let arrived = "\(box)/\(URL(fileURLWithPath: path).lastPathComponent)"
        guard FileManager.default.contentsEqual(atPath: path, andPath: arrived) else {
            throw BenchFailure.programFailed("rdpeer send", reason: "what arrived is not what was sent")
        }
        try? FileManager.default.removeItem(atPath: box)
        return (milliseconds / 1_000, Self.childrenSeconds - before)
    }

    /// As long as a quarter of the link's speed takes.
    private static func patience(for bytes: Int) -> Double {
        patience + Double(bytes) * 8 * 4 / Double(BenchLink.shape.bitsPerSecond)
    }

    /// Processor seconds of all children that have ended.
    private static var childrenSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_CHILDREN.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    private static func write(_ bytes: Int, to path: String, seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let place = URL(fileURLWithPath: path)
        try Data().write(to: place)
        let file = try FileHandle(forWritingTo: place)
        defer { try? file.close() }
        for start in stride(from: 0, to: bytes, by: pieceBytes) {
            try file.write(contentsOf: Data(random.bytes(count: min(pieceBytes, bytes - start))))
        }
    }

    /// What of the goals a row misses, in words.
    static func misses(_ result: CaseResult) -> [String] {
        func median(_ name: String) -> Double { result.measures[name]?["p50"]?.double ?? 0 }
        guard result.measures["link_mbit_per_s"] != nil else { return [] }
        return median("file_mbit_per_s") < median("tcp_mbit_per_s") * leastShare ? ["speed"] : []
    }

    static func notes(_ context: SuiteContext) -> [String] {
        guard let problem = context.linkProblem else { return [note] }
        return [note, "files: loopback only, for there can be no link with delay. \(problem)"]
    }

    private static let note =
        "files: a file is sent by rdpeer send to rdpeer host over the link of the processes (20 Mbit/s, round trip 40 ms) or "
        + "loopback, and counts from its offer until it is checked and safe on the other disk; TCP is a bare copy by the "
        + "kernel on the same path, neither encrypted nor written. Processor seconds are of both programs, their whole "
        + "session included."
}
