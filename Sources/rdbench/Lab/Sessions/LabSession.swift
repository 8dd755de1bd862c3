import Foundation

/// One session between two places: starts host and viewer, waits for the best path they can have, and ends it.
struct LabSession {
    /// The picture moves, but leaves the processor to others.
    private static let screen = "test:640x480@10"
    private static let codePatience = 15.0
    private static let pathPatience = 20.0
    /// How long a session that has its first picture may take to find its direct path, where there is one.
    private static let directPatience = 15.0
    /// How long one is watched that has the path it can have: a split would show, and a direct path that cannot be.
    private static let settleSeconds = 0.3
    private static let endPatience = 4.0

    let network: LabNetwork
    let server: LabServer
    let folder: String

    func run(_ pair: LabPair, isSwapped: Bool) throws -> LabResult {
        guard let places = network.namespaces(of: pair, isSwapped: isSwapped) else {
            throw BenchFailure.noLaboratory("there is no \(pair.name)")
        }
        let common = ["--server", server.url, "--server-certificate", server.certificate, "--json"]
        let host = try ChildProcess(
            "rdpeer", ["host", "--screen", Self.screen, "--once"] + common, folder: folder, namespace: places.host)
        defer { host.stop(SIGKILL, seconds: 1) }
        guard let code = host.log.wait(seconds: Self.codePatience, { $0.name == "code" })?["code"]?.text else {
            return LabResult(connected: nil, host: host.log.all, viewer: [])
        }
        let start = ProcessorClock.wallSeconds
        let viewer = try ChildProcess(
            "rdpeer", ["view", code, "--headless", "--duration", "60"] + common, folder: folder,
            namespace: places.viewer)
        defer { viewer.stop(SIGKILL, seconds: 1) }
        watch(viewer, isDirectPossible: pair.isDirectPossible)
        viewer.signal(SIGINT)
        _ = viewer.log.wait(seconds: Self.endPatience) { $0.name == "ended" }
        _ = host.log.wait(seconds: Self.endPatience) { $0.name == "ended" }
        let connected = viewer.log.all.first { $0.name == "connected" }.map { ($0.readAt - start) * 1_000 }
        return LabResult(connected: connected, host: host.log.all, viewer: viewer.log.all)
    }

    private func watch(_ viewer: ChildProcess, isDirectPossible: Bool) {
        guard viewer.log.wait(seconds: Self.pathPatience, { $0.name == "first_frame" }) != nil else { return }
        if isDirectPossible {
            _ = viewer.log.wait(seconds: Self.directPatience) {
                ($0.name == "connected" || $0.name == "path") && $0["path"]?.text == "direct"
            }
        }
        usleep(UInt32(Self.settleSeconds * 1e6))
    }
}
