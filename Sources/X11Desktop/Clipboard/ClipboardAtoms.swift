import CX11

/// Names of the selection protocol (ICCCM section 2).
struct ClipboardAtoms {
    let selection: Atom
    let targets: Atom
    let utf8: Atom
    let plainUTF8: Atom
    let text: Atom
    let string: Atom
    let uriList: Atom
    /// What GNOME's, MATE's, Cinnamon's and Xfce's file managers say.
    let copiedFiles: Atom
    /// Keeps out histories of the clipboard: those of KDE and others leave alone what says `secret` here.
    let historyHint: Atom
    /// Says that the files are another side's, whom asking for them would make send them.
    let sharedFiles: Atom
    let timestamp: Atom
    let incremental: Atom
    let transfer: Atom

    init(_ selection: ClipboardSelection, _ connection: DisplayConnection) {
        self.selection = connection.atom(selection.rawValue)
        targets = connection.atom("TARGETS")
        utf8 = connection.atom("UTF8_STRING")
        plainUTF8 = connection.atom("text/plain;charset=utf-8")
        text = connection.atom("TEXT")
        string = beeline_atom_string()
        uriList = connection.atom("text/uri-list")
        copiedFiles = connection.atom("x-special/gnome-copied-files")
        historyHint = connection.atom("x-kde-passwordManagerHint")
        sharedFiles = connection.atom("BEELINE_FILES")
        timestamp = connection.atom("TIMESTAMP")
        incremental = connection.atom("INCR")
        transfer = connection.atom("BEELINE_CLIPBOARD")
    }
}
