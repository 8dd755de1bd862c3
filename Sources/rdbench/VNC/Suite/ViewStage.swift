import Foundation

/// A display with what serves it for one peer, and views of it.
final class ViewStage {
    let display: DisplayServer
    let canvas: Canvas
    private let peer: ViewPeer
    private let folder: String
    private let namespace: String?
    private let address: String
    private let port: Int
    private var server: DisplayProgram?
    private var liveServer: LiveServer?
    private var farServer: LabServer?

    /// - Parameter network: the way to the display; nil for loopback.
    init(_ peer: ViewPeer, network: BenchNetwork?, folder: String) throws {
        self.peer = peer
        self.folder = folder
        namespace = network?.namespace
        address = network == nil ? "127.0.0.1" : "\(BenchNetwork.farAddress)"
        port = try FreePort.any()
        var vncPort: Int?
        if case .vnc(let program, _) = peer, program.isDisplay { vncPort = port }
        display = try DisplayServer(vncPort: vncPort, folder: folder, namespace: vncPort == nil ? nil : namespace)
        do {
            canvas = try Canvas(display: display.name)
            switch peer {
            case .vnc(let program, _):
                server = try program.start(on: display, port: port, folder: folder, namespace: namespace)
            case .beeline:
                if let namespace {
                    farServer = try LabServer(at: BenchNetwork.farAddress, in: namespace, folder: folder)
                } else {
                    liveServer = try LiveServer(folder: folder)
                }
            }
        } catch {
            display.stop()
            throw error
        }
    }

    /// Begins a session.
    func view() throws -> any ViewUnderTest {
        switch peer {
        case .vnc(_, let encoding):
            guard let server else { throw BenchFailure.noView("there is no server") }
            return try VNCView(server: server, address: address, port: port, encoding: encoding, place: canvas.place)
        case .beeline:
            var arguments = ["--server", liveServer?.url ?? farServer?.url ?? ""]
            if let farServer { arguments += ["--server-certificate", farServer.certificate] }
            return try BeelineView(
                display: display, server: arguments, folder: folder, namespace: namespace, place: canvas.place)
        }
    }

    /// Draws the steps of a workload.
    func draw(_ kind: DrawingKind, seed: UInt64) throws -> any Drawing {
        try kind.make(on: canvas, server: display, seed: seed, folder: folder)
    }

    /// The display's own program, where it is not the one that serves it.
    var displayIdentifier: Int32? {
        server?.identifier == display.program.identifier ? nil : display.program.identifier
    }

    func end() {
        canvas.close()
        liveServer?.stop()
        farServer?.stop()
        if displayIdentifier != nil { server?.stop() }
        display.stop()
    }
}
