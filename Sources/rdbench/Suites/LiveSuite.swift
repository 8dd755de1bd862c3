import Foundation

/// Real sessions of separate processes on this machine.
struct LiveSuite {
    private static let sessionsByDefault = 20
    /// Each takes a second.
    private static let mostSessions = 100
    /// How long a viewer looks: enough for some dozens of round trips.
    private static let viewSeconds = 0.7
    private static let patience = 15.0
    /// A program that has not left by then is ended.
    private static let leaveSeconds = 3.0

    let context: SuiteContext

    /// - Returns: the rows, and the trials that go on while other suites run.
    func run(in scratch: ScratchFolder) throws -> (
        results: [CaseResult], findings: LiveFindings, deaths: [ServerDeathTrial]
    ) {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        var findings = LiveFindings()
        let results = try LivePath.allCases.map { try run($0, folder: scratch.path, &findings) }
        context.progress.note("live: servers are killed under running sessions")
        let deaths = try LivePath.allCases.map { try ServerDeathTrial(path: $0, folder: scratch.path) }
        for death in deaths { try death.kill() }
        usleep(UInt32(ServerDeathTrial.watchSeconds * 1e6))
        for death in deaths { try death.look() }
        return (results, findings, deaths)
    }

    private func run(_ path: LivePath, folder: String, _ findings: inout LiveFindings) throws -> CaseResult {
        let count = context.sessions.map { min($0, Self.mostSessions) } ?? Self.sessionsByDefault
        let server = try LiveServer(folder: folder)
        var tally = LiveTally(path, seed: context.seed)
        var finishing: [ChildProcess] = []
        for index in 0..<count {
            context.progress.step("live \(path.rawValue)", index, of: count)
            let pair = try LivePair(server: server, path: path, folder: folder)
            tally.add(try session(pair))
            // They take leave of the server while the next ones start.
            for child in finishing { child.finish(seconds: Self.leaveSeconds) }
            finishing = [pair.viewer, pair.host].compactMap { $0 }
        }
        for child in finishing { child.finish(seconds: Self.leaveSeconds) }
        server.stop()
        let audit = server.audit
        findings.audits[path] = audit
        findings.sessions[path] = count
        context.progress.note("live \(path.rawValue): \(count) sessions")
        return tally.finished(audit: audit)
    }

    private func session(_ pair: LivePair) throws -> LiveResult {
        let viewer = try pair.view(seconds: Self.viewSeconds)
        _ = viewer.log.wait(seconds: Self.patience) { $0.name == "ended" }
        _ = pair.host.log.wait(seconds: Self.leaveSeconds) { $0.name == "ended" }
        return LiveResult(host: pair.host.log.all, viewer: viewer.log.all)
    }

    static var notes: [String] {
        [
            "live: each session is an rdpeer host with a moving test picture (640x480) and a headless rdpeer view, both "
                + "processes of their own, introduced and where needed relayed by an rdserver on loopback. Times count from "
                + "the viewer's start, connecting to the server included. RTT p50/p95 are over the sessions' medians. Loopback has no distance: what is "
                + "measured is the programs."
        ]
    }
}
