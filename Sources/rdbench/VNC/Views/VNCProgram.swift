/// A VNC server of somebody else's, as Debian packages it.
enum VNCProgram: String, CaseIterable, Sendable {
    case x0vncserver
    case xvnc = "Xvnc"
    case x11vnc

    /// It is an X server itself.
    var isDisplay: Bool { self == .xvnc }

    var kind: DisplayProgram.Kind {
        switch self {
        case .x0vncserver: .x0vncserver
        case .xvnc: .xvnc
        case .x11vnc: .x11vnc
        }
    }

    func start(on display: DisplayServer, port: Int, folder: String, namespace: String?) throws -> DisplayProgram {
        switch self {
        case .xvnc: return display.program
        case .x0vncserver:
            return try DisplayProgram(
                kind,
                [
                    "-display", display.name, "-SecurityTypes", "None", "-rfbport", "\(port)", "-localhost=0",
                    "-AlwaysShared",
                ], display: display.name, folder: folder, namespace: namespace)
        case .x11vnc:
            return try DisplayProgram(
                kind,
                ["-display", display.name, "-rfbport", "\(port)", "-nopw", "-forever", "-shared", "-quiet", "-noipv6"],
                display: display.name, folder: folder, namespace: namespace)
        }
    }
}
