/// What the user asks of the viewer itself, by a letter pressed while Control, Alt and Shift are held.
public enum ViewerCommand: Hashable, Sendable, CaseIterable {
    /// S: the status line.
    case toggleStatus
    /// F: full screen.
    case toggleFullScreen
    /// G: whether all keys, those of the window manager too, go to the host.
    case toggleKeyboardGrab
    /// Q: end the session.
    case quit

    /// The letter's place on a keyboard that has no Latin letters, as Linux numbers keys for X.
    var keycode: UInt32 {
        switch self {
        case .toggleStatus: 39
        case .toggleFullScreen: 41
        case .toggleKeyboardGrab: 42
        case .quit: 24
        }
    }

    var letter: Unicode.Scalar {
        switch self {
        case .toggleStatus: "s"
        case .toggleFullScreen: "f"
        case .toggleKeyboardGrab: "g"
        case .quit: "q"
        }
    }
}
