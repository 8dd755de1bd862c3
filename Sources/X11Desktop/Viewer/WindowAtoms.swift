import CX11

/// Names by which a window talks with window managers (ICCCM, EWMH).
struct WindowAtoms {
    let protocols: Atom
    let deleteWindow: Atom
    let name: Atom
    let utf8: Atom
    let state: Atom
    let fullScreen: Atom
    let supportingCheck: Atom

    init(_ connection: DisplayConnection) {
        protocols = connection.atom("WM_PROTOCOLS")
        deleteWindow = connection.atom("WM_DELETE_WINDOW")
        name = connection.atom("_NET_WM_NAME")
        utf8 = connection.atom("UTF8_STRING")
        state = connection.atom("_NET_WM_STATE")
        fullScreen = connection.atom("_NET_WM_STATE_FULLSCREEN")
        supportingCheck = connection.atom("_NET_SUPPORTING_WM_CHECK")
    }
}
