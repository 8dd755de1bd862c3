import Foundation
import ProgramSupport
import WireFormat

/// Hosts that wait, and meetings: what they take of the server, and how long they take.
///
/// Where a process may not have as many descriptors as hosts are wanted, there are several servers that share nothing,
/// each with its part of hosts and meetings, as behind a load balancer that spreads rooms.
struct SignalingSuite {
    /// Hosts before the first look at the server's memory, so that what it touches once is not theirs.
    private static let firstHosts = 200
    /// Beyond these; the memory of fewer is lost in what a server takes and leaves anyway.
    private static let leastFurtherHosts = 800
    /// For less than a heartbeat of meetings no host speaks, nor has to be waited for.
    private static let heartbeatSeconds = 30.0
    private static let idleSeconds = 2.0
    private static let patience = 120.0
    private static let lastMeetingsSeconds = 10.0
    private static let pauseMicroseconds: UInt32 = 20_000

    let context: SuiteContext

    /// A server and its share of the load.
    private struct Part {
        let server: SignalingProgram
        let hosts: Int
        let firstResidentBytes: Int
        let load: LoadControl
    }

    /// What was lost is a failure.
    func run(in scratch: ScratchFolder) throws -> SuiteOutcome {
        _ = try ProgramFolder.program("rdserver")
        let hosts = context.sessions ?? SignalingChoice.hostsByDefault
        let count = try SignalingChoice.servers(for: hosts, descriptors: DescriptorLimit.raised)
        let certificate =
            context.signaling.isSecure ? try BenchCertificate(named: "signaling", in: scratch.path) : nil
        var parts: [Part] = []
        defer {
            for part in parts { part.load.order = .stop }
            for part in parts { part.server.stop() }
        }
        for number in 0..<count {
            let share = hosts * (number + 1) / count - hosts * number / count
            parts.append(try begin(number, hosts: share, certificate, folder: scratch.path))
        }
        var outcome = SuiteOutcome(context.progress)
        outcome.add("signaling") { [try measure(parts, hosts: hosts)] }
        for failure in outcome.results.flatMap(Self.failures) { outcome.fail(failure) }
        return outcome
    }

    private static func failures(_ result: CaseResult) -> [String] {
        [("lost", "of \(Figure.grouped(result.sessions)) meetings"), ("hosts_lost", "hosts")].compactMap {
            name, words in
            guard let count = result.measures[name]?.double, count > 0 else { return nil }
            return "signaling: \(Figure.whole(count)) \(words) were lost"
        }
    }

    /// Starts a server, and its load.
    private func begin(
        _ number: Int, hosts: Int, _ certificate: BenchCertificate?, folder: String
    ) throws -> Part {
        let secure = certificate.map {
            ["--tls-certificate", $0.file, "--tls-key", $0.key, "--turn-tls-port", "0"]
        }
        let server = try SignalingProgram(folder: folder, arguments: secure ?? [])
        let isSecure = certificate != nil
        let bytes = try residentBytes(of: server, isSecure: isSecure, number, hosts: min(hosts, Self.firstHosts))
        let load = MeetingLoad.start(
            server: server.address, isSecure: isSecure, number: 2 * number + 1, hosts: hosts, seed: context.seed)
        return Part(server: server, hosts: hosts, firstResidentBytes: bytes, load: load)
    }

    /// What a server has in memory while its first hosts wait.
    private func residentBytes(
        of server: SignalingProgram, isSecure: Bool, _ number: Int, hosts: Int
    ) throws -> Int {
        let first = MeetingLoad.start(
            server: server.address, isSecure: isSecure, number: 2 * number, hosts: hosts, seed: context.seed)
        defer { first.order = .stop }
        try wait([first], seconds: Self.patience) { $0.waiting >= hosts }
        return server.residentBytes
    }

    private func measure(_ parts: [Part], hosts: Int) throws -> CaseResult {
        var figures = Figures(
            hosts: hosts, servers: parts.count, seconds: context.signaling.seconds,
            isSecure: context.signaling.isSecure)
        figures.gathering = try span(parts) {
            for part in parts {
                try wait([part.load], seconds: Self.patience) { tally in
                    context.progress.step("signaling: hosts wait", tally.waiting, of: part.hosts)
                    return tally.waiting >= part.hosts
                }
            }
        }
        figures.idle = span(parts) {
            let isLong = context.signaling.seconds >= Self.heartbeatSeconds
            usleep(UInt32((isLong ? Self.heartbeatSeconds : Self.idleSeconds) * 1e6))
        }
        let resident = parts.reduce(0) { $0 + $1.server.residentBytes - $1.firstResidentBytes }
        let beyondFirst = parts.reduce(0) { $0 + max(0, $1.hosts - Self.firstHosts) }
        if beyondFirst >= Self.leastFurtherHosts {
            figures.residentBytesEach = Double(resident) / Double(beyondFirst)
        }
        figures.meeting = try span(parts) { try meet(parts.map(\.load)) }
        figures.tallies = parts.map(\.load.tally)
        return figures.result(seed: context.seed)
    }

    private func meet(_ loads: [LoadControl]) throws {
        let start = ProcessorClock.wallSeconds
        let until = start + context.signaling.seconds
        let rate = context.signaling.meetingsPerSecond / Double(loads.count)
        for load in loads { load.order = .meet(perSecond: rate, from: start, until: until) }
        while ProcessorClock.wallSeconds < until {
            usleep(Self.pauseMicroseconds)
            try check(loads)
            context.progress.step(
                "signaling: seconds of meetings", Int(ProcessorClock.wallSeconds - start),
                of: Int(context.signaling.seconds))
        }
        let total = Int(context.signaling.seconds * rate)
        // What is not there by then is lost.
        try? wait(loads, seconds: Self.lastMeetingsSeconds) { $0.meetingsBegun >= total && $0.meetingsUnderWay == 0 }
    }

    /// What this took.
    private func span(_ parts: [Part], _ body: () throws -> Void) rethrows -> Figures.Span {
        let (start, usage) = (ProcessorClock.wallSeconds, processorMilliseconds(parts))
        try body()
        return Figures.Span(
            seconds: ProcessorClock.wallSeconds - start, processorMilliseconds: processorMilliseconds(parts) - usage)
    }

    private struct Figures {
        struct Span {
            var seconds = 0.0
            var processorMilliseconds = 0.0
        }

        let hosts: Int
        let servers: Int
        let seconds: Double
        let isSecure: Bool
        var gathering = Span()
        var idle = Span()
        var meeting = Span()
        /// Nil for too few hosts.
        var residentBytesEach: Double?
        var tallies: [LoadControl.Tally] = []

        func result(seed: UInt64) -> CaseResult {
            var result = CaseResult(
                suite: .signaling, name: "\(Figure.grouped(hosts)) hosts wait\(isSecure ? ", wss" : "")", seed: seed)
            let begun = tallies.reduce(0) { $0 + $1.meetingsBegun }
            let told = tallies.reduce(0) { $0 + $1.told }
            let idleShare = idle.processorMilliseconds / max(1e-3, idle.seconds)
            let ofMeetings = meeting.processorMilliseconds - idleShare * meeting.seconds
            result.sessions = begun
            result.measures = [
                "tls": .bool(isSecure), "servers": .integer(servers),
                "waiting_hosts": .integer(tallies.reduce(0) { $0 + $1.waiting }),
                "hosts_per_s": .rounded(Double(hosts) / max(1e-3, gathering.seconds)),
                "cpu_us_per_host": .rounded(gathering.processorMilliseconds * 1_000 / Double(hosts)),
                "seconds": .rounded(seconds),
                "meetings_per_s": .rounded(Double(told) / seconds),
                "exchange_ms": Distribution(tallies.flatMap(\.exchangeMilliseconds)).json,
                "lost": .integer(begun - told), "hosts_lost": .integer(tallies.reduce(0) { $0 + $1.hostsLost }),
                "cpu_us_per_meeting": .rounded(ofMeetings * 1_000 / Double(max(1, told))),
                "idle_cpu": .rounded(idleShare / 1_000),
            ]
            result.measures["resident_bytes_per_host"] = residentBytesEach.map(JSONValue.rounded)
            return result
        }
    }

    private func processorMilliseconds(_ parts: [Part]) -> Double {
        parts.reduce(0) { $0 + $1.server.usage.processorMilliseconds }
    }

    private func wait(
        _ loads: [LoadControl], seconds: Double, _ isDone: (LoadControl.Tally) -> Bool
    ) throws {
        let limit = ProcessorClock.wallSeconds + seconds
        while !loads.allSatisfy({ isDone($0.tally) }) {
            try check(loads)
            guard ProcessorClock.wallSeconds < limit else {
                throw BenchFailure.programFailed("rdserver", reason: "it took more than \(Figure.short(seconds)) s")
            }
            usleep(Self.pauseMicroseconds)
        }
    }

    private func check(_ loads: [LoadControl]) throws {
        for load in loads {
            if let failure = load.tally.failure { throw BenchFailure.programFailed("the load", reason: failure) }
        }
    }

    static let notes = [
        "signaling: rdserver, one process unless a process may not have as many descriptors as there are hosts, with the load on "
            + "threads of rdbench, all over loopback, without TLS unless --tls says so, from hundreds of addresses. An exchange is from the moment "
            + "at which the viewer should begin to connect to the host's answer at the viewer: TCP, HTTP with the offer of 800 "
            + "bytes, introduction, answer. Meetings begin by the clock. Lost are those whose end the host was not told 10 s "
            + "after the last began. Bytes of a host are the process's resident memory beyond what it had with the first 200 "
            + "hosts, where there are 800 more; the kernel's sockets come on top. CPU of a meeting is without what the waiting hosts take."
    ]
}
