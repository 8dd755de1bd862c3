/// A VNC server of somebody else's, as Debian packages it.
enum VNCProgram: String, CaseIterable, Sendable {
    case x0vncserver
    case xvnc = "Xvnc"
    case x11vnc

    /// It is an X server itself.
    var isDisplay: Bool { self == .xvnc }

    func start(on display: DisplayServer, port: Int, folder: String, namespace: String?) throws -> DisplayProgram {
        switch self {
        case .xvnc: return display.program
        case .x0vncserver:
            return try DisplayProgram(
                ["X0tigervnc", "x0vncserver"],
                [
                    "-display", display.name, "-SecurityTypes", "None", "-rfbport", "\(port)", "-localhost=0",
                    "-AlwaysShared",
                ], package: "tigervnc-scraping-server", display: display.name, folder: folder, namespace: namespace)
        case .x11vnc:
            return try DisplayProgram(
                ["x11vnc"],
                ["-display", display.name, "-rfbport", "\(port)", "-nopw", "-forever", "-shared", "-quiet", "-noipv6"],
                package: "x11vnc", display: display.name, folder: folder, namespace: namespace)
        }
    }
}
