/// What changed about a viewer's window itself.
enum WindowNews: Equatable {
    /// It is there; its identifier is for tools such as xdotool.
    case opened(identifier: UInt)
    case status(isShown: Bool)
    case fullScreen(Bool)
    /// Whether all keys go to the host, the window manager's too.
    case keys(areGrabbed: Bool)
}
