import CX11

/// Names of the selection protocol (ICCCM section 2).
struct ClipboardAtoms {
    let clipboard: Atom
    let targets: Atom
    let utf8: Atom
    let plainUTF8: Atom
    let text: Atom
    let timestamp: Atom
    let incremental: Atom
    let transfer: Atom

    init(_ connection: DisplayConnection) {
        clipboard = connection.atom("CLIPBOARD")
        targets = connection.atom("TARGETS")
        utf8 = connection.atom("UTF8_STRING")
        plainUTF8 = connection.atom("text/plain;charset=utf-8")
        text = connection.atom("TEXT")
        timestamp = connection.atom("TIMESTAMP")
        incremental = connection.atom("INCR")
        transfer = connection.atom("BEELINE_CLIPBOARD")
    }
}
