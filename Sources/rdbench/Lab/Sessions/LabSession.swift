import Foundation

/// One session between two places: starts host and viewer, waits for the best path they can have, and ends it.
struct LabSession: Sendable {
    /// The picture moves, but leaves the processor to others.
    private static let screen = "test:640x480@10"
    private static let codePatience = 15.0
    private static let pathPatience = 20.0
    /// How long a session that has its first picture may take to find its direct path, where there is one.
    private static let directPatience = 15.0
    /// How long one is watched that has the path it can have: a split would show, and a direct path that cannot be.
    private static let settleSeconds = 0.3
    private static let endPatience = 4.0
    /// Between the host's code and the viewer that has it: whoever reads it out takes longer.
    private static let visitSeconds = 0.5

    private let url: String
    private let certificate: String
    private let folder: String
    /// Held by who starts programs or is on its way to its first picture: more of them would slow each other down.
    private let quiet: DispatchSemaphore

    /// - Parameter atOnce: how many may be on their way to their first pictures.
    init(server: LabServer, folder: String, atOnce: Int) {
        quiet = DispatchSemaphore(value: atOnce)
        url = server.url
        certificate = server.certificate
        self.folder = folder
    }

    /// - Parameters:
    ///   - host: the host's namespace.
    ///   - viewer: the viewer's.
    func run(host hostPlace: String, viewer viewerPlace: String, isDirectPossible: Bool) throws -> LabResult {
        let common = ["--server", url, "--server-certificate", certificate, "--json"]
        var code: String?
        let host = try quietly {
            let host = try ChildProcess(
                "rdpeer", ["host", "--screen", Self.screen, "--once"] + common, folder: folder, namespace: hostPlace)
            code = host.log.wait(seconds: Self.codePatience) { $0.name == "code" }?["code"]?.text
            return host
        }
        defer { host.stop(SIGKILL, seconds: 1) }
        guard let code else { return LabResult(connected: nil, host: host.log.all, viewer: []) }
        usleep(UInt32(Self.visitSeconds * 1e6))
        var start = 0.0
        let viewer = try quietly {
            start = ProcessorClock.wallSeconds
            let viewer = try ChildProcess(
                "rdpeer", ["view", code, "--headless", "--duration", "60"] + common, folder: folder,
                namespace: viewerPlace)
            _ = viewer.log.wait(seconds: Self.pathPatience) { $0.name == "first_frame" }
            return viewer
        }
        defer { viewer.stop(SIGKILL, seconds: 1) }
        watch(viewer, isDirectPossible: isDirectPossible)
        viewer.signal(SIGINT)
        _ = viewer.log.wait(seconds: Self.endPatience) { $0.name == "ended" }
        _ = host.log.wait(seconds: Self.endPatience) { $0.name == "ended" }
        let connected = viewer.log.all.first { $0.name == "connected" }.map { ($0.readAt - start) * 1_000 }
        return LabResult(connected: connected, host: host.log.all, viewer: viewer.log.all)
    }

    private func quietly<Result>(_ body: () throws -> Result) rethrows -> Result {
        quiet.wait()
        defer { quiet.signal() }
        return try body()
    }

    /// The direct path may take longer, and holds nobody up.
    private func watch(_ viewer: ChildProcess, isDirectPossible: Bool) {
        guard viewer.log.all.contains(where: { $0.name == "first_frame" }) else { return }
        if isDirectPossible {
            _ = viewer.log.wait(seconds: Self.directPatience) {
                ($0.name == "connected" || $0.name == "path") && $0["path"]?.text == "direct"
            }
        }
        usleep(UInt32(Self.settleSeconds * 1e6))
    }
}
