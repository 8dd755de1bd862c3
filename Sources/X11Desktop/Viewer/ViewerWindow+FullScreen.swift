import CX11

extension ViewerWindow {
    /// Whether a window manager says that it is there (EWMH, _NET_SUPPORTING_WM_CHECK).
    func hasWindowManager() -> Bool {
        let property = connection.property(
            atoms.supportingCheck, of: connection.root, type: beeline_atom_window(), byteLimit: 8, isDeleted: false)
        return property?.bytes.isEmpty == false
    }

    func askForFullScreen(_ wanted: Bool) {
        var event = XEvent()
        event.xclient.type = ClientMessage
        event.xclient.window = window
        event.xclient.message_type = atoms.state
        event.xclient.format = 32
        // EWMH: 0 removes, 1 adds the state; source indication 1 is a normal application.
        event.xclient.data.l = (wanted ? 1 : 0, Int(atoms.fullScreen), 0, 1, 0)
        XSendEvent(connection.display, connection.root, 0, SubstructureRedirectMask | SubstructureNotifyMask, &event)
    }

    /// The monitor under the window's middle.
    func ownMonitor() throws(DisplayFailure) -> Rectangle {
        let monitors = try connection.monitors()
        let middle = (x: origin.x + windowSize.width / 2, y: origin.y + windowSize.height / 2)
        let found = monitors.first { $0.area.contains(x: middle.x, y: middle.y) } ?? monitors.first
        return found?.area
            ?? Rectangle(
                width: Int(XDisplayWidth(connection.display, connection.screen)),
                height: Int(XDisplayHeight(connection.display, connection.screen)))
    }

    func moveForFullScreen(_ wanted: Bool, to area: Rectangle) {
        let display = connection.display
        if wanted {
            restoredFrame = Rectangle(
                x: origin.x, y: origin.y, width: windowSize.width, height: windowSize.height)
            XMoveResizeWindow(
                display, window, Int32(area.x), Int32(area.y), UInt32(area.width), UInt32(area.height))
            XRaiseWindow(display, window)
        } else if let frame = restoredFrame {
            XMoveResizeWindow(
                display, window, Int32(frame.x), Int32(frame.y), UInt32(frame.width), UInt32(frame.height))
            restoredFrame = nil
        }
    }
}
