import Foundation

/// An rdpeer host and a headless rdpeer view that watches the mark.
final class BeelineView: ViewUnderTest {
    private static let patience = 20.0
    /// The letter x.
    private static let keysym = 0x78

    private let host: ChildProcess
    private let viewer: ChildProcess
    let firstFrameMilliseconds: Double
    /// Milliseconds from the viewer's start to the first whole picture, introduction included.
    let wholeStartMilliseconds: Double

    /// - Parameters:
    ///   - server: the arguments that name the rdserver.
    ///   - namespace: where the host runs.
    init(display: DisplayServer, server: [String], folder: String, namespace: String?, place: MarkPlace) throws {
        let host = try CodeHost(["--display", display.name] + server, folder: folder, namespace: namespace)
        self.host = host.process
        viewer = try ChildProcess(
            "rdpeer",
            [
                "view", host.code, "--headless", "--json", "--duration", "36000", "--probe",
                "\(place.x + place.size / 2),\(place.y + place.size / 2)",
            ] + server, folder: folder, takesInput: true)
        let setup = try viewer.wait(for: "connected", seconds: Self.patience)["setup_ms"]?.double ?? 0
        wholeStartMilliseconds = try viewer.wait(for: "first_frame", seconds: Self.patience)["ttff_ms"]?.double ?? 0
        firstFrameMilliseconds = max(0, wholeStartMilliseconds - setup)
        try viewer.wait(for: "probe", seconds: Self.patience) { $0["exact"] == .bool(true) }
    }

    /// As of when the picture was last exact.
    var bytesReceived: Int {
        let last = viewer.log.all.last { $0.name == "probe" }
        return Int(last?["bytes"]?.double ?? 0)
    }

    var serverIdentifier: Int32 { host.identifier }
    var position: Int { viewer.log.all.count }

    func waitForStep(showing colour: UInt32, after position: Int) throws {
        try viewer.wait(for: "probe", seconds: Self.patience, after: position) {
            $0["exact"] == .bool(true) && $0["colour"]?.double == Double(colour)
        }
    }

    func keyToPixel(showing colour: UInt32) throws -> Double {
        let start = position
        viewer.write("key \(Self.keysym)\n")
        let pressed = try viewer.wait(for: "probe_key", seconds: Self.patience, after: start)
        let seen = try viewer.wait(for: "probe", seconds: Self.patience, after: start) {
            $0["changed"] == .bool(true) && $0["colour"]?.double == Double(colour)
        }
        return ((seen["at_us"]?.double ?? 0) - (pressed["at_us"]?.double ?? 0)) / 1_000
    }

    func framesSeen(after position: Int) -> Int {
        viewer.log.all.dropFirst(position).count { $0.name == "probe" && $0["changed"] == .bool(true) }
    }

    func stop() {
        viewer.stop(SIGINT, seconds: 3)
        host.finish(seconds: 3)
    }
}
