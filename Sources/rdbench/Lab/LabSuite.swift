import Foundation
import NetworkSimulator

/// Real programs between kernel NATs.
struct LabSuite {
    private static let sessionsByDefault = 1

    let context: SuiteContext

    /// - Returns: what each condition that could be built came to, and what failed.
    func run(in scratch: ScratchFolder) throws -> (reports: [LabReport], outcome: SuiteOutcome) {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        var outcome = SuiteOutcome(context.progress)
        var reports: [LabReport] = []
        for condition in context.lab.conditions {
            do {
                let (report, failure) = try run(condition, folder: scratch.path)
                if let failure { outcome.fail("lab \(condition.rawValue), broken off: \(failure)") }
                guard report.total.sessions > 0 else { continue }
                outcome.add("lab \(condition.rawValue)") { [report.total] + report.rows.map(\.tally.result) }
                reports.append(report)
            } catch {
                outcome.fail("lab \(condition.rawValue): \(error)")
            }
        }
        return (reports, outcome)
    }

    private func run(
        _ condition: LabCondition, folder: String
    ) throws -> (report: LabReport, failure: (any Error)?) {
        let pairs = context.lab.pairs
        let network = try LabNetwork(condition, for: pairs, seed: context.seed)
        defer { network.remove() }
        let server = try LabServer(in: network, folder: folder)
        defer { server.stop() }
        let session = LabSession(server: server, folder: folder, atOnce: condition.sessionsAtOnce)
        let count = context.sessions ?? Self.sessionsByDefault
        let (results, failure) = try run(
            session, pairs, in: network, runs: count, name: "lab \(condition.rawValue)")
        context.progress.note("lab \(condition.rawValue): \(results.count) sessions")
        return (report(results, of: pairs, runs: count, in: condition), failure)
    }

    /// Runs the sessions of all pairs, several at a time.
    private func run(
        _ session: LabSession, _ pairs: [LabPair], in network: LabNetwork, runs: Int, name: String
    ) throws -> (results: [LabSchedule.Turn: LabResult], failure: (any Error)?) {
        let peers = try pairs.map { pair in
            try [false, true].map { isSwapped in
                guard let places = network.namespaces(of: pair, isSwapped: isSwapped) else {
                    throw BenchFailure.noLaboratory("there is no \(pair.name)")
                }
                return LabSchedule.Peers(host: places.host, viewer: places.viewer)
            }
        }
        let schedule = LabSchedule(peers: peers, runs: runs)
        let progress = context.progress
        // Threads of their own: they mostly wait, and more of them than processors is the point.
        let group = DispatchGroup()
        for _ in 0..<context.lab.jobs {
            group.enter()
            Thread.detachNewThread {
                while let turn = schedule.next() {
                    let peers = schedule.peers(of: turn)
                    let isDirectPossible = pairs[turn.pair].isDirectPossible
                    let result = Result {
                        try session.run(host: peers.host, viewer: peers.viewer, isDirectPossible: isDirectPossible)
                    }
                    progress.step(name, schedule.finish(turn, result), of: pairs.count * runs)
                }
                group.leave()
            }
        }
        group.wait()
        return schedule.outcome
    }

    private func report(
        _ results: [LabSchedule.Turn: LabResult], of pairs: [LabPair], runs: Int, in condition: LabCondition
    ) -> LabReport {
        var total = LabTally(condition.rawValue, seed: context.seed)
        var rows: [LabRow] = []
        for (index, pair) in pairs.enumerated() {
            var tally = LabTally("\(pair.name) \(condition.rawValue)", seed: context.seed)
            var outcome = PairOutcome(pair.places.first, pair.places.second)
            for case let result? in (0..<runs).map({ results[LabSchedule.Turn(pair: index, run: $0)] }) {
                tally.add(result)
                total.add(result)
                outcome.outcomes.count(result.session.outcome)
                if pair.isDirectPossible { outcome.possible += 1 }
            }
            guard tally.result.sessions > 0 else { continue }
            tally.set("direct_possible", .bool(pair.isDirectPossible))
            tally.set("direct_by_plain_ice", .bool(pair.isDirectByICE))
            tally.set("limit_ms", .rounded(condition.firstPathLimitMilliseconds(for: pair)))
            total.add(outcome)
            rows.append(LabRow(pair: pair, condition: condition, tally: tally))
        }
        return LabReport(condition: condition, total: total.result, rows: rows)
    }

    static let hint =
        "lab: not run; it needs root (or unprivileged user namespaces) and minutes: rdbench --suite lab --sessions 20."

    static let notes = [
        "lab: rdserver, rdpeer host and a headless rdpeer view in network namespaces, between NATs of the kernel (netfilter; "
            + "the sequential one is the simulator's over a tunnel device). Connect, TTFF and direct are "
            + "what the viewer reports, from the start of its session, before it has connected to the server; process is its "
            + "first path seen from outside, from the start of its process. Move is from the first path to the direct one, where "
            + "the first was relayed. "
            + "The viewer starts half a second after the host has its code. Sessions overlap (--jobs), but without delay no other is "
            + "starting while one is on its way to its first picture, and with delay, where all wait for the links, one other. Places take turns in hosting. Direct is plain where ICE alone can do it, hard where port prediction or many "
            + "sockets are needed, and impossible where the oracle says so."
    ]
}
