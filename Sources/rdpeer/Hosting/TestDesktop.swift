import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// A seeded moving picture in a display's place, to try networks without an X server. Input has no effect on it.
final class TestDesktop: Desktop {
    /// The same picture in every run.
    private static let seed: UInt64 = 0xBEE1_1E00

    private var picture: TestPicture
    private var pixels: [UInt32]
    private let period: Interval?
    private var isWholeWanted = true
    private(set) var nextChange: Instant?

    /// - Parameter framesPerSecond: 0 for a picture that stands still.
    init(width: Int, height: Int, framesPerSecond: Int) {
        picture = TestPicture(width: width, height: height, seed: Self.seed)
        pixels = [UInt32](repeating: 0, count: width * height)
        period = framesPerSecond > 0 ? .seconds(1) / Int64(framesPerSecond) : nil
        // Drawing all of it takes long: not when a viewer waits.
        draw()
    }

    var width: Int { picture.width }
    var height: Int { picture.height }
    var refreshRateHertz: Int? { nil }
    var fileDescriptor: Int32? { nil }
    var isClosed: Bool { false }

    func process() -> Bool { false }

    func hasChange(at now: Instant) -> Bool { isWholeWanted || (nextChange.map { $0 <= now } ?? false) }

    func invalidate() { isWholeWanted = true }
    func invalidateCursor() {}

    func capture(at now: Instant) -> [ScreenCodec.Rectangle] {
        guard hasChange(at: now) else { return [] }
        var damage: [ScreenCodec.Rectangle] = []
        if period != nil { damage = draw() }
        // A late frame does not make the next ones come sooner.
        if let period { nextChange = max(nextChange ?? now, now - period) + period }
        guard isWholeWanted else { return damage }
        isWholeWanted = false
        return [ScreenCodec.Rectangle(x: 0, y: 0, width: width, height: height)]
    }

    @discardableResult
    private func draw() -> [ScreenCodec.Rectangle] {
        var damage: [ScreenCodec.Rectangle] = []
        var span = pixels.mutableSpan
        picture.drawNext(into: &span) { damage.append($0) }
        return damage
    }

    func withPixels(_ body: (_ pixels: Span<UInt32>, _ stride: Int) -> Void) {
        let pixels = pixels
        body(pixels.span, width)
    }

    var clipboard: SharedClipboard? { nil }

    func takeCursor() -> CursorShape? { nil }
    func inject(_ event: InputEvent) {}
    func releaseAll() {}
}
