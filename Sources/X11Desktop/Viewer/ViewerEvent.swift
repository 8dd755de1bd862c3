/// What the user of a viewer's window did, in the remote screen's terms.
public enum ViewerEvent: Hashable, Sendable {
    /// A key, by what it produces in this side's layout. Repeats of a held key are left out: the host makes its own.
    case key(keysym: UInt32, isPressed: Bool)
    /// The pointer is over this pixel of the remote screen.
    case pointerMoved(x: Int, y: Int)
    /// 1 left, 2 middle, 3 right, 8 back, 9 forward.
    case button(number: Int, isPressed: Bool)
    /// Clicks of the wheels: up and right are positive.
    case wheel(vertical: Int, horizontal: Int)
    /// A key chord that is for the viewer itself.
    case command(ViewerCommand)
    /// The window lost the keyboard: release every key and button at the host, as ours are no longer known.
    case releaseAll
    /// The window has the keyboard again.
    case focused
    /// The window has another size now, in pixels.
    case resized(width: Int, height: Int)
    /// The whole picture is to be presented again: `present` with any damage, even none, paints everything.
    case redrawNeeded
    /// The user closed the window; it stays until this object is gone.
    case closed
}
