import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// An X display.
final class DisplayDesktop: Desktop {
    private let connection: DisplayConnection
    private let screen: ScreenCapture
    private let cursor: CursorSource
    /// Nil when nobody may touch anything.
    private let hands: InputInjector?
    let refreshRateHertz: Int?
    let clipboard: SharedClipboard?
    private(set) var isClosed = false

    init(name: String?, part: DisplayPart, isViewOnly: Bool) throws(DisplayFailure) {
        connection = try DisplayConnection(name: name)
        refreshRateHertz = try connection.refreshRateHertz()
        screen = try part.capture(on: connection)
        clipboard = SharedClipboard(connection: connection)
        cursor = try CursorSource(connection: connection)
        hands = isViewOnly ? nil : try InputInjector(connection: connection)
    }

    var width: Int { screen.width }
    var height: Int { screen.height }
    var fileDescriptor: Int32? { connection.fileDescriptor }
    var nextChange: Instant? { nil }

    func process() throws(DisplayFailure) -> Bool {
        let hasEvents = try connection.processPendingEvents()
        // A new size is seen in `width` and `height`.
        for case .closed in screen.takeEvents() { isClosed = true }
        return hasEvents
    }

    func hasChange(at now: Instant) -> Bool { screen.hasDamage }

    func invalidate() { screen.invalidate() }
    func invalidateCursor() { cursor.invalidate() }

    func capture(at now: Instant) throws(DisplayFailure) -> [ScreenCodec.Rectangle] {
        try screen.captureDamage().map {
            ScreenCodec.Rectangle(x: $0.x, y: $0.y, width: $0.width, height: $0.height)
        }
    }

    func withPixels(_ body: (_ pixels: Span<UInt32>, _ stride: Int) -> Void) { screen.withPixels(body) }

    func takeCursor() throws(DisplayFailure) -> CursorShape? {
        guard cursor.hasChange, let image = try cursor.takeImage(sideLimit: CursorShape.maximumSide) else { return nil }
        return CursorShape(
            width: image.width, height: image.height, hotspotX: image.hotspotX, hotspotY: image.hotspotY,
            pixels: image.pixels)
    }

    func inject(_ event: InputEvent) throws(DisplayFailure) {
        guard let hands else { return }
        switch event {
        case .pointerMoved(let x, let y):
            // What is not shared is not pointed at either.
            guard x < width, y < height, !isClosed else { return }
            let place = try screen.screenPoint(x: Int(x), y: Int(y))
            try hands.movePointer(x: place.x, y: place.y)
        case .button(let number, let isPressed): try button(Int(number), isPressed: isPressed, hands)
        case .key(let keysym, let isPressed): try hands.setKey(keysym, isPressed: isPressed)
        case .releaseAll: hands.releaseAll()
        }
    }

    /// Buttons 4 to 7 are steps of the wheels, which are not held.
    private func button(_ number: Int, isPressed: Bool, _ hands: InputInjector) throws(DisplayFailure) {
        switch number {
        case 4...7 where !isPressed: break
        case 4: try hands.turnWheel(vertical: 1)
        case 5: try hands.turnWheel(vertical: -1)
        case 6: try hands.turnWheel(vertical: 0, horizontal: -1)
        case 7: try hands.turnWheel(vertical: 0, horizontal: 1)
        default: try hands.setButton(number, isPressed: isPressed)
        }
    }

    func releaseAll() { hands?.releaseAll() }
}
