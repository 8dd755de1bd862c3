import Foundation
import Testing

/// `rdbench --suite lab`, as a test runs it.
enum Laboratory {
    static let needs: Comment =
        "needs root or unprivileged user namespaces, /dev/net/tun, iproute2, nftables, openssl and util-linux"

    private static let patience = 120.0

    /// Whether it can be built here; on CI it must be.
    static var isUsable: Bool {
        let tools = ["ip", "nft", "nsenter", "openssl", "unshare"]
        if ProcessInfo.processInfo.environment["CI"] == "true" { return true }
        return Tools.areUsable(tools) && access("/dev/net/tun", R_OK | W_OK) == 0 && mayUnshare
    }

    private static var mayUnshare: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["unshare", geteuid() == 0 ? "-nm" : "-rnm", "true"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    /// Runs pairs and looks at their rows.
    static func run(pairs: [String], condition: String, sessions: Int, _ look: ([LaboratoryRow]) throws -> Void) throws
    {
        try World.run { world in
            let file = world.file("lab.json")
            let program = try world.start(
                "rdbench", try Tools.own("rdbench"),
                ["--suite", "lab", "--quiet", "--json", file, "--conditions", condition, "--sessions", "\(sessions)"]
                    + pairs.flatMap { ["--pairs", $0] })
            let status = try program.waitForEnd(seconds: patience)
            guard status == .exited(0), let report = world.contents(of: "lab.json").flatMap(JSON.init),
                case .array(let results)? = report["results"]
            else { throw program.failure("ended with \(status)") }
            try look(results.compactMap(LaboratoryRow.init))
        }
    }
}
