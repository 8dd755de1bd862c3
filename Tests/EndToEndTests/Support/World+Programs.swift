/// Our own programs, as a test usually wants them.
extension World {
    /// A server on ports of the kernel's choice.
    func startServer(_ arguments: [String] = ["--port", "0", "--turn-port", "0"]) throws -> Server {
        let process = try start("rdserver", try Tools.own("rdserver"), ["--json"] + arguments)
        return try Server(process)
    }

    func startHost(_ server: Server, _ arguments: [String], home: String = "home") throws -> ChildProcess {
        try start(
            "rdpeer host", try Tools.own("rdpeer"), ["host", "--server", server.url, "--json"] + arguments, home: home)
    }

    /// A viewer without a window.
    func startViewer(
        _ target: String, _ server: Server, _ arguments: [String], home: String = "viewer-home"
    ) throws -> ChildProcess {
        try start(
            "rdpeer view", try Tools.own("rdpeer"),
            ["view", target, "--server", server.url, "--headless", "--json"] + arguments, home: home)
    }

    /// The public key of the machine that a home folder stands for.
    func identity(home: String) throws -> String {
        let program = try start("rdpeer identity", try Tools.own("rdpeer"), ["identity", "--json"], home: home)
        let key = try program.text("host_id", of: "identity")
        guard try program.waitForEnd() == .exited(0) else { throw program.failure("failed") }
        return key
    }

    /// A viewer with a window.
    func startViewer(_ target: String, _ server: Server, on display: VirtualDisplay) throws -> ChildProcess {
        try start(
            "rdpeer view", try Tools.own("rdpeer"),
            ["view", target, "--server", server.url, "--display", display.name, "--json"], home: "viewer-home")
    }
}
