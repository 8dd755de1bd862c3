import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// The viewer's window: shows the picture, and says what the user does in it.
final class WindowView {
    private let connection: DisplayConnection
    private let window: ViewerWindow
    private var damage: [X11Desktop.Rectangle] = []
    private var isRedrawWanted = false
    private(set) var isClosed = false

    /// Before the first picture comes.
    private static let initialSize = (width: 960, height: 600)

    init(displayName: String?, isFullScreen: Bool, title: String) throws(DisplayFailure) {
        connection = try DisplayConnection(name: displayName)
        window = try ViewerWindow(
            connection: connection, title: title, width: Self.initialSize.width, height: Self.initialSize.height)
        if isFullScreen {
            try window.setFullScreen(true)
            try window.setKeyboardGrab(true)
        }
    }

    var fileDescriptor: Int32 { connection.fileDescriptor }

    /// Whether `present` would show something new.
    var hasNews: Bool { isRedrawWanted || !damage.isEmpty }

    /// What the user did since the last call, for the host.
    func takeInput() throws(DisplayFailure) -> [InputEvent] {
        try connection.processPendingEvents()
        var input: [InputEvent] = []
        for event in window.takeEvents() {
            switch event {
            case .closed: isClosed = true
            case .redrawNeeded: isRedrawWanted = true
            default: input += InputEvent.events(for: event)
            }
        }
        return input
    }

    func note(_ rectangle: ScreenCodec.Rectangle) {
        damage.append(
            X11Desktop.Rectangle(x: rectangle.x, y: rectangle.y, width: rectangle.width, height: rectangle.height))
    }

    /// Shows the picture where it changed.
    func present(_ decoder: Decoder) throws(DisplayFailure) {
        guard decoder.width > 0 else { return }
        try window.present(decoder.pixels, width: decoder.width, height: decoder.height, damage: damage)
        damage.removeAll(keepingCapacity: true)
        isRedrawWanted = false
    }

    func setTitle(_ title: String) { window.setTitle(title) }

    func setCursor(_ shape: CursorShape) throws(DisplayFailure) {
        guard
            let image = CursorImage(
                width: shape.width, height: shape.height, hotspotX: shape.hotspotX, hotspotY: shape.hotspotY,
                pixels: shape.pixels)
        else { return }
        try window.setCursor(image)
    }

    func flush() throws(DisplayFailure) { try connection.processPendingEvents() }
}
