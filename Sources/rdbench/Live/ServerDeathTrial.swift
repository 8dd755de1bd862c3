import Foundation

/// Kills the server under a live session and looks whether the picture goes on; then the server comes back.
///
/// The steps are apart so that several trials, and other suites, go on meanwhile.
final class ServerDeathTrial {
    /// The picture moves within this, if it moves at all.
    static let watchSeconds = 2.0

    private static let sessionSeconds = 300.0
    private static let connectPatience = 15.0
    private static let snapshotPatience = 1.0
    private static let lossPatience = 8.0
    private static let recoveryPatience = 25.0

    private let path: LivePath
    private let folder: String
    private let server: LiveServer
    private let pair: LivePair
    private let viewer: ChildProcess
    private let picture: String
    private var successor: LiveServer?
    private var killedAt = 0.0
    private var backAt = 0.0
    private var linesBeforeReturn = 0
    private var death: ServerDeath

    /// Starts a session and waits until it has the path that is wanted.
    init(path: LivePath, folder: String) throws {
        self.path = path
        self.folder = folder
        let wanted = path == .full ? "direct" : "relayed"
        death = ServerDeath(path: path, pathBefore: wanted)
        picture = "\(folder)/\(path.rawValue).png"
        server = try LiveServer(folder: folder)
        pair = try LivePair(server: server, path: path, screen: LivePair.calmScreen, folder: folder)
        viewer = try pair.view(seconds: Self.sessionSeconds, snapshot: picture)
        try viewer.wait(for: "first_frame", seconds: Self.connectPatience)
        let line = viewer.log.wait(seconds: Self.connectPatience) {
            ($0.name == "connected" || $0.name == "path") && $0["path"]?.text == wanted
        }
        if line == nil {
            throw BenchFailure.programFailed("rdpeer view", reason: "its path never became \(wanted)")
        }
    }

    func kill() {
        killedAt = ProcessorClock.wallSeconds
        server.kill()
    }

    /// Looks whether the picture still moves, some time after the server's death; if not, the server comes back.
    ///
    /// - Throws: that it does not; the session is over then.
    func look() throws {
        let first = snapshot()
        usleep(UInt32(Self.watchSeconds * 1e6))
        death.goesOn = isChanged(first, snapshot())
        guard !death.goesOn else { return stop() }
        _ = viewer.log.wait(seconds: Self.lossPatience) { $0.name == "path_lost" }
        linesBeforeReturn = viewer.log.all.count
        do {
            successor = try LiveServer(folder: folder, again: server)
        } catch {
            stop()
            throw error
        }
        backAt = ProcessorClock.wallSeconds
    }

    /// What became of it in the end.
    func collect() -> ServerDeath {
        defer { if successor != nil { stop() } }
        note("signaling_lost", \.noticedAfter)
        note("path_lost", \.lostAfter)
        guard successor != nil else { return death }
        let path = viewer.log.wait(seconds: Self.recoveryPatience, after: linesBeforeReturn) { $0.name == "path" }
        let first = snapshot()
        usleep(UInt32(Self.watchSeconds * 1e6))
        death.isBack = isChanged(first, snapshot())
        if death.isBack, let path { death.recoveredAfter = (path.readAt - backAt) * 1_000 }
        return death
    }

    private func note(_ event: String, _ field: WritableKeyPath<ServerDeath, Double?>) {
        let line = viewer.log.all.first {
            $0.name == event && $0.readAt >= killedAt && (successor == nil || $0.readAt < backAt)
        }
        death[keyPath: field] = line.map { ($0.readAt - killedAt) * 1_000 }
    }

    func stop() {
        pair.stop()
        server.kill()
        successor?.stop()
    }

    private func isChanged(_ one: Data?, _ other: Data?) -> Bool {
        guard let one, let other else { return false }
        return one != other
    }

    /// The bytes of the picture that the viewer sees now; if it has none to give, those it had.
    private func snapshot() -> Data? {
        let seen = viewer.log.all.count
        viewer.signal(SIGUSR1)
        _ = viewer.log.wait(seconds: Self.snapshotPatience, after: seen) { $0.name == "snapshot" }
        return FileManager.default.contents(atPath: picture)
    }
}
