import PeerSession
import ScreenCodec
import WireFormat
import X11Desktop

/// The viewer's window: shows the picture, and says what the user does in it.
final class WindowView {
    private let connection: DisplayConnection
    /// Opened when the size of the remote screen is known.
    private var window: ViewerWindow?
    private let options: WindowOptions
    private let monitor: Monitor?
    private var title: String
    private var cursor: CursorImage?
    private var damage: [X11Desktop.Rectangle] = []
    private var isRedrawWanted = false
    private(set) var isClosed = false
    /// Nil where it is not shared.
    let clipboard: SharedClipboard?
    private(set) var isStatusShown = false
    private var news: [WindowNews] = []
    /// Pictures shown so far.
    private(set) var frameCount: UInt64 = 0

    /// - Throws: `DisplayFailure` or `MonitorFault`.
    init(_ options: WindowOptions, title: String) throws {
        connection = try DisplayConnection(name: options.displayName)
        self.options = options
        self.title = title
        monitor = try options.monitor?.monitor(of: connection)
        clipboard = options.sharesClipboard ? SharedClipboard(connection: connection) : nil
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
            case .command(let command): try obey(command)
            default: input += InputEvent.events(for: event)
            }
        }
        return input
    }

    /// What changed about the window itself since the last call.
    func takeNews() -> [WindowNews] {
        defer { news.removeAll() }
        return news
    }

    private func obey(_ command: ViewerCommand) throws(DisplayFailure) {
        guard let window else { return }
        switch command {
        case .toggleStatus:
            isStatusShown.toggle()
            if !isStatusShown { try window.setStatus(nil) }
            news.append(.status(isShown: isStatusShown))
        case .toggleFullScreen:
            try window.setFullScreen(!window.isFullScreen, on: monitor)
            news.append(.fullScreen(window.isFullScreen))
            try grabKeys(window.isFullScreen || options.grabsKeys, in: window)
        case .toggleKeyboardGrab: try grabKeys(!window.grabsKeyboard, in: window)
        case .quit: isClosed = true
        }
    }

    private func grabKeys(_ wanted: Bool, in window: ViewerWindow) throws(DisplayFailure) {
        guard wanted != window.grabsKeyboard else { return }
        try window.setKeyboardGrab(wanted)
        news.append(.keys(areGrabbed: wanted))
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
        if !damage.isEmpty { frameCount += 1 }
        damage.removeAll(keepingCapacity: true)
        isRedrawWanted = false
    }

    private func openedWindow(width: Int, height: Int) throws(DisplayFailure) -> ViewerWindow {
        if let window { return window }
        let opened = try ViewerWindow(connection: connection, title: title, width: width, height: height)
        if options.isFullScreen { try opened.setFullScreen(true, on: monitor) }
        try grabKeys(options.isFullScreen || options.grabsKeys, in: opened)
        if let cursor { try opened.setCursor(cursor) }
        window = opened
        news.append(.opened(identifier: opened.identifier))
        return opened
    }

    func setTitle(_ title: String) {
        guard title != self.title else { return }
        self.title = title
        window?.setTitle(title)
    }

    /// Shows the status line, if the user asked for it.
    func setStatus(_ text: String) throws(DisplayFailure) {
        if isStatusShown { try window?.setStatus(text) }
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

    /// Takes note of what happened.
    ///
    /// - Returns: whether anything did: it is to be acted upon before anybody waits, since the descriptor says it only once.
    func flush() throws(DisplayFailure) -> Bool { try connection.processPendingEvents() }
}
