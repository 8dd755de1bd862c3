import Foundation
import Testing

extension EndToEnd {
    @Suite("A screen at rest", .serialized, .enabled(if: Tools.areUsable(["Xvfb"]), "Xvfb is missing"))
    struct IdleTests {
        /// Round trips are measured, paths kept alive and both heard of, once a second each at most; captures and
        /// presentations, sixty times a second, would be far above.
        private static let wakeUpsPerSecond = 25.0

        @Test("wakes neither host nor viewer but for what keeps the session")
        func idle() throws {
            try World.run { world in
                let display = try world.startDisplay()
                let server = try world.startServer()
                let host = try world.startHost(server, ["--display", display.name, "--once"])
                let view = try LiveView(try host.code(number: 0), server, world: world)
                try view.process.event("at_rest")
                for process in [host, view.process] { try process.waitForPath("direct") }
                // Other ways are tried for a while.
                try TimeLimit.poll("few wake-ups") { try isQuiet([host, view.process]) ? true : nil }
                #expect(try view.close() == .exited(0))
                #expect(try host.waitForEnd() == .exited(0))
            }
        }

        private func isQuiet(_ processes: [ChildProcess]) throws -> Bool {
            let before = try processes.map(wakeUps)
            let start = TimeLimit.now
            usleep(2_000_000)
            let seconds = TimeLimit.now - start
            return try zip(processes, before).allSatisfy {
                Double(try wakeUps($0) - $1) / seconds < Self.wakeUpsPerSecond
            }
        }

        /// How often a process went to sleep by itself so far, all its threads together.
        private func wakeUps(_ process: ChildProcess) throws -> Int {
            let folder = "/proc/\(process.identifier)/task"
            return try FileManager.default.contentsOfDirectory(atPath: folder).reduce(0) { sum, task in
                let status = (try? String(contentsOfFile: "\(folder)/\(task)/status", encoding: .utf8)) ?? ""
                let line = status.split(separator: "\n").first { $0.hasPrefix("voluntary_ctxt_switches:") }
                return sum + (line?.split(separator: "\t").last.flatMap { Int($0) } ?? 0)
            }
        }
    }
}
