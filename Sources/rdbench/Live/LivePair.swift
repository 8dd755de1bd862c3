import Foundation

/// A host and a viewer of one session, as processes of their own.
final class LivePair {
    /// A moving picture at full speed.
    static let screen = "test:640x480"
    /// One that moves, but leaves the processor to others.
    static let calmScreen = "test:640x480@5"

    let host: ChildProcess
    let code: String
    private(set) var viewer: ChildProcess?
    private let path: LivePath
    private let url: String
    private let folder: String

    /// Starts the host and waits for its code.
    init(server: LiveServer, path: LivePath, screen: String = screen, folder: String) throws {
        self.path = path
        self.folder = folder
        url = server.url
        let host = try CodeHost(
            ["--server", server.url, "--screen", screen, "--relay", path.relayOption], folder: folder)
        (self.host, code) = (host.process, host.code)
    }

    /// Starts the viewer; with a snapshot file it writes its picture there whenever it gets SIGUSR1.
    func view(seconds: Double, snapshot: String? = nil) throws -> ChildProcess {
        var arguments = [
            "view", code, "--server", url, "--headless", "--json", "--relay", path.relayOption, "--duration",
            String(seconds),
        ]
        if let snapshot { arguments += ["--snapshot", snapshot] }
        let child = try ChildProcess("rdpeer", arguments, folder: folder)
        viewer = child
        return child
    }

    func stop() {
        viewer?.stop(SIGINT, seconds: 2)
        host.stop(SIGINT, seconds: 2)
    }
}
