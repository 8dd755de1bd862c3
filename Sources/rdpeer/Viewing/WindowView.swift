import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// The viewer's window: shows the picture, and says what the user does in it.
final class WindowView {
    private let connection: DisplayConnection
    /// Opened when the size of the remote screen is known.
    private var window: ViewerWindow?
    private let isFullScreen: Bool
    private var title: String
    private var cursor: CursorImage?
    private var damage: [X11Desktop.Rectangle] = []
    private var isRedrawWanted = false
    private(set) var isClosed = false

    init(displayName: String?, isFullScreen: Bool, title: String) throws(DisplayFailure) {
        connection = try DisplayConnection(name: displayName)
        self.isFullScreen = isFullScreen
        self.title = title
    }

    var fileDescriptor: Int32 { connection.fileDescriptor }

    /// Whether `present` would show something new.
    var hasNews: Bool { isRedrawWanted || !damage.isEmpty }

    /// What the user did since the last call, for the host.
    func takeInput() throws(DisplayFailure) -> [InputEvent] {
        try connection.processPendingEvents()
        var input: [InputEvent] = []
        for event in window?.takeEvents() ?? [] {
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
        let window = try openedWindow(width: decoder.width, height: decoder.height)
        try window.present(decoder.pixels, width: decoder.width, height: decoder.height, damage: damage)
        damage.removeAll(keepingCapacity: true)
        isRedrawWanted = false
    }

    private func openedWindow(width: Int, height: Int) throws(DisplayFailure) -> ViewerWindow {
        if let window { return window }
        let opened = try ViewerWindow(connection: connection, title: title, width: width, height: height)
        if isFullScreen {
            try opened.setFullScreen(true)
            try opened.setKeyboardGrab(true)
        }
        if let cursor { try opened.setCursor(cursor) }
        window = opened
        return opened
    }

    func setTitle(_ title: String) {
        guard title != self.title else { return }
        self.title = title
        window?.setTitle(title)
    }

    func setCursor(_ shape: CursorShape) throws(DisplayFailure) {
        guard
            let image = CursorImage(
                width: shape.width, height: shape.height, hotspotX: shape.hotspotX, hotspotY: shape.hotspotY,
                pixels: shape.pixels)
        else { return }
        cursor = image
        try window?.setCursor(image)
    }

    func flush() throws(DisplayFailure) { try connection.processPendingEvents() }
}
