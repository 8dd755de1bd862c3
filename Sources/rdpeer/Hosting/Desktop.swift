import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// What a host shares: a screen, its pointer's shape and, if it lets anybody, its keyboard and mouse.
protocol Desktop: AnyObject {
    var width: Int { get }
    var height: Int { get }

    /// How often it shows a new picture, if it says so.
    var refreshRateHertz: Int? { get }

    /// Readable when something happened; nil where only the clock moves things.
    var fileDescriptor: Int32? { get }

    /// Takes note of what happened.
    ///
    /// - Returns: whether anything did: it is to be acted upon before anybody waits, since the descriptor says it only once.
    func process() throws(DisplayFailure) -> Bool

    /// Whether the window that was shared is there no more.
    var isClosed: Bool { get }

    /// Whether a capture would find something new.
    func hasChange(at now: Instant) -> Bool

    /// When the screen changes next, where the clock moves it.
    var nextChange: Instant? { get }

    /// Makes the next capture a whole one.
    func invalidate()

    /// Makes the pointer's shape new.
    func invalidateCursor()

    /// Brings the pixels up to date, in the size that the screen has now, and tells where they may differ.
    func capture(at now: Instant) throws(DisplayFailure) -> [ScreenCodec.Rectangle]

    func withPixels(_ body: (_ pixels: Span<UInt32>, _ stride: Int) -> Void)

    /// The pointer's shape, if it changed.
    func takeCursor() throws(DisplayFailure) -> CursorShape?

    /// Repeats what the viewer's hands did.
    func inject(_ event: InputEvent) throws(DisplayFailure)

    /// Nil where there is none.
    var clipboard: SharedClipboard? { get }

    /// Lets go of every key and button.
    func releaseAll()
}
