/// How a viewer's window is to be.
struct WindowOptions {
    /// The X display; nil for DISPLAY.
    var displayName: String?
    var isFullScreen = false
    /// Which monitor full screen fills.
    var monitor: MonitorChoice?
    /// Whether all keys go to the host from the start, those of the window manager too.
    var grabsKeys = false
    /// The other side may be given only what is done in the window.
    var sharesClipboard = false
}
