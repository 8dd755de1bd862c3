import Glibc
import NetworkIO
import WireFormat

/// A whole session on this machine: a display with something alive on it, a server, a host and a viewer, each a
/// process of its own; and the proof that the viewer saw what the host showed.
final class Demonstration {
    private let settings: DemoSettings
    private let reporter: Reporter
    private let paths: ProgramPaths
    private let group: ProcessGroup

    private var viewerFile: String { settings.folder + "/demo.png" }
    private var hostFile: String { settings.folder + "/host.png" }

    init(_ settings: DemoSettings, reporter: Reporter) throws {
        self.settings = settings
        self.reporter = reporter
        paths = try ProgramPaths()
        try ConfigurationFolder.makeFolders(for: settings.folder + "/demo.png")
        group = try ProcessGroup(ownProgram: paths.rdpeer)
    }

    func run() throws -> ExitStatus {
        defer { group.end() }
        for file in [viewerFile, hostFile] { unlink(file) }
        let display = try startDisplay()
        let painter = try group.start("rdpeer paint", paths.rdpeer, ["paint", "--display", display])
        _ = try event("painting", of: painter)
        let url = try startServer()
        let code = try startHost(display: display, url: url)
        let viewer = try startViewer(code: code, url: url)
        try group.run(for: .microseconds(Int64(settings.seconds * 1_000_000)))
        painter.send(SIGUSR1)
        _ = try event("frozen", of: painter)
        try DisplayPicture.write(display: display, to: hostFile)
        let isEqual = try compare(viewer)
        if settings.keepsRunning { try keepRunning(display: display, url: url) }
        viewer.send(SIGTERM)
        let figures = try event("ended", of: viewer)
        tell(figures, isEqual: isEqual)
        return isEqual ? .success : .failed
    }

    private func startDisplay() throws -> String {
        reporter.say("Starting a display of \(settings.width)x\(settings.height) pixels with something alive on it ...")
        let server = try group.start(
            "Xvfb", paths.xvfb,
            [
                "-displayfd", "1", "-screen", "0", "\(settings.width)x\(settings.height)x24", "-nolisten", "tcp",
                "-noreset",
            ])
        let number = try group.wait(for: server, "a display", atMost: .seconds(20)) { Int($0) }
        return ":\(number)"
    }

    private func startServer() throws -> String {
        reporter.say("Starting rdserver ...")
        let server = try group.start(
            "rdserver", paths.rdserver, ["--json", "--port", "0", "--turn-port", "0", "--listen", "127.0.0.1"])
        return try text("url", of: try event("listening", of: server))
    }

    private func startHost(display: String, url: String) throws -> String {
        reporter.say("Starting rdpeer host ...")
        let host = try group.start(
            "rdpeer host", paths.rdpeer, ["host", "--server", url, "--display", display, "--json", "--once"])
        return try text("code", of: try event("code", of: host))
    }

    private func startViewer(code: String, url: String) throws -> ChildProcess {
        reporter.say("Starting rdpeer view \(code) ...")
        let viewer = try group.start(
            "rdpeer view", paths.rdpeer,
            [
                "view", "--server", url, code, "--json", "--headless", "--snapshot", viewerFile, "--snapshot-when",
                "end", "--duration", "1e9",
            ])
        _ = try event("first_frame", of: viewer)
        reporter.say("The viewer sees the display; watching for \(settings.seconds) s ...")
        return viewer
    }

    /// Asks the viewer for its exact picture until it is the display's; it may be on its way yet.
    private func compare(_ viewer: ChildProcess) throws -> Bool {
        let wanted = try WholeFile.read(hostFile).bytes
        for _ in 0..<200 {
            viewer.send(SIGUSR1)
            _ = try event("snapshot", of: viewer)
            // One writer, and one file for each picture: equal files are equal pixels.
            if try WholeFile.read(viewerFile).bytes == wanted { return true }
            try group.run(for: .milliseconds(100))
        }
        return false
    }

    private func keepRunning(display: String, url: String) throws {
        reporter.say("All goes on until Ctrl-C: the display is \(display), the server \(url).")
        do { while true { try group.run(for: .seconds(3_600)) } } catch DemoFault.interrupted {}
    }

    private func tell(_ figures: JSONValue, isEqual: Bool) {
        guard case .object(let fields) = figures else { return }
        reporter.event(
            "demo",
            [("equal", .boolean(isEqual)), ("demo_png", .string(viewerFile)), ("host_png", .string(hostFile))]
                + fields.filter { $0.name != "event" && $0.name != "text" })
        reporter.say(DemoText.text(figures, isEqual: isEqual, viewerFile: viewerFile, hostFile: hostFile))
    }

    private func event(_ name: String, of child: ChildProcess) throws -> JSONValue {
        try group.wait(for: child, "said \"\(name)\"", atMost: .seconds(30)) { line in
            let value = JSONReader.read(line)
            return value?["event"]?.string == name ? value : nil
        }
    }

    private func text(_ name: String, of value: JSONValue) throws -> String {
        guard let text = value[name]?.string else { throw DemoFault.missing("an event has no \(name)") }
        return text
    }
}
