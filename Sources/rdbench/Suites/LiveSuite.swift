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
        outcome: SuiteOutcome, findings: LiveFindings, deaths: [ServerDeathTrial]
    ) {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        var findings = LiveFindings()
        var outcome = SuiteOutcome(context.progress)
        for path in LivePath.allCases {
            do {
                let (result, failure) = try run(path, folder: scratch.path, &findings)
                outcome.add("live \(path.rawValue)") { [result] }
                if let failure { outcome.fail("live \(path.rawValue), broken off: \(failure)") }
            } catch {
                outcome.fail("live \(path.rawValue): \(error)")
            }
        }
        let deaths = killServers(folder: scratch.path, &outcome)
        return (outcome, findings, deaths)
    }

    private func killServers(folder: String, _ outcome: inout SuiteOutcome) -> [ServerDeathTrial] {
        context.progress.note("live: servers are killed under running sessions")
        func each<Trial>(_ trials: [(LivePath, Trial)], _ body: (LivePath, Trial) throws -> ServerDeathTrial)
            -> [(LivePath, ServerDeathTrial)]
        {
            trials.compactMap { path, trial in
                do {
                    return (path, try body(path, trial))
                } catch {
                    outcome.fail("live \(path.rawValue), the server's death: \(error)")
                    return nil
                }
            }
        }
        let deaths = each(LivePath.allCases.map { ($0, ()) }) { path, _ in
            try ServerDeathTrial(path: path, folder: folder)
        }
        for (_, death) in deaths { death.kill() }
        usleep(UInt32(ServerDeathTrial.watchSeconds * 1e6))
        return each(deaths) { _, death in
            try death.look()
            return death
        }.map(\.1)
    }

    /// - Returns: the row, and what ended it before all sessions were run.
    private func run(
        _ path: LivePath, folder: String, _ findings: inout LiveFindings
    ) throws -> (result: CaseResult, failure: (any Error)?) {
        let count = context.sessions.map { min($0, Self.mostSessions) } ?? Self.sessionsByDefault
        let server = try LiveServer(folder: folder)
        var tally = LiveTally(path, seed: context.seed)
        var failure: (any Error)?
        var finishing: [ChildProcess] = []
        for index in 0..<count {
            context.progress.step("live \(path.rawValue)", index, of: count)
            do {
                let pair = try LivePair(server: server, path: path, folder: folder)
                tally.add(try session(pair))
                // They take leave of the server while the next ones start.
                for child in finishing { child.finish(seconds: Self.leaveSeconds) }
                finishing = [pair.viewer, pair.host].compactMap { $0 }
            } catch {
                failure = error
                break
            }
        }
        for child in finishing { child.finish(seconds: Self.leaveSeconds) }
        server.stop()
        // A path of which nothing came through has no figures.
        if tally.sessions == 0, let failure { throw failure }
        let audit = server.audit
        findings.audits[path] = audit
        findings.sessions[path] = tally.sessions
        context.progress.note("live \(path.rawValue): \(tally.sessions) sessions")
        return (tally.finished(audit: audit), failure)
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
