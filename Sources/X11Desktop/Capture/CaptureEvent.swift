/// What happened to the screen that is being captured.
public enum CaptureEvent: Hashable, Sendable {
    /// It has another size now (RandR, a monitor plugged in); the buffers are new and the next capture is a whole one.
    case resized(width: Int, height: Int)
    /// The captured window is gone.
    case closed
}
