import Foundation
import NetworkSimulator

/// Real programs between kernel NATs.
struct LabSuite {
    private static let sessionsByDefault = 1

    let context: SuiteContext

    func run(in scratch: ScratchFolder) throws -> [LabReport] {
        for program in ["rdserver", "rdpeer"] { _ = try ProgramFolder.program(program) }
        ChildRegistry.guardExits()
        return try context.lab.conditions.map { try run($0, folder: scratch.path) }
    }

    private func run(_ condition: LabCondition, folder: String) throws -> LabReport {
        let pairs = context.lab.pairs
        let network = try LabNetwork(condition, for: pairs, seed: context.seed)
        defer { network.remove() }
        let server = try LabServer(in: network, folder: folder)
        defer { server.stop() }
        let session = LabSession(network: network, server: server, folder: folder)
        let count = context.sessions ?? Self.sessionsByDefault
        var total = LabTally(condition.rawValue, seed: context.seed)
        var rows: [LabRow] = []
        for (index, pair) in pairs.enumerated() {
            context.progress.step("lab \(condition.rawValue)", index * count, of: pairs.count * count)
            var tally = LabTally("\(pair.name) \(condition.rawValue)", seed: context.seed)
            var outcome = PairOutcome(pair.places.first, pair.places.second)
            for run in 0..<count {
                let result = try session.run(pair, isSwapped: run % 2 == 1)
                tally.add(result)
                total.add(result)
                outcome.outcomes.count(result.session.outcome)
                if pair.isDirectPossible { outcome.possible += 1 }
            }
            tally.set("direct_possible", .bool(pair.isDirectPossible))
            tally.set("direct_by_plain_ice", .bool(pair.isDirectByICE))
            total.add(outcome)
            rows.append(LabRow(pair: pair, tally: tally))
        }
        context.progress.note("lab \(condition.rawValue): \(pairs.count * count) sessions")
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
            + "Places take turns in hosting. Direct is plain where ICE alone can do it, hard where port prediction or many "
            + "sockets are needed, and impossible where the oracle says so."
    ]
}
