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

    func moveForFullScreen(_ wanted: Bool) {
        let display = connection.display
        if wanted {
            restoredFrame = Rectangle(width: windowSize.width, height: windowSize.height)
            XMoveResizeWindow(
                display, window, 0, 0, UInt32(XDisplayWidth(display, connection.screen)),
                UInt32(XDisplayHeight(display, connection.screen)))
            XRaiseWindow(display, window)
        } else if let frame = restoredFrame {
            XMoveResizeWindow(display, window, 0, 0, UInt32(frame.width), UInt32(frame.height))
            restoredFrame = nil
        }
    }
}
