import PeerSession
import X11Desktop

/// A display's selections as far as a session shares them.
final class SharedClipboard {
    /// What happened here.
    private enum News: Equatable {
        /// To be sent to the other side.
        case text(ClipboardText)
        /// Something was copied that is larger than is shared.
        case tooLarge
    }

    /// The longest text that is shared, in bytes of UTF-8.
    static let byteLimit: UInt32 = 1 << 20

    private let connection: DisplayConnection
    private var clipboards: [SharedSelection: Clipboard] = [:]
    private var wanted: Set<SharedSelection> = []

    init(connection: DisplayConnection) { self.connection = connection }

    /// From now on tells of what is copied into these selections; what was there before stays here.
    func follow(_ selections: Set<SharedSelection>) throws(DisplayFailure) {
        wanted = selections
        for selection in SharedSelection.allCases {
            if selections.contains(selection) { _ = try clipboard(selection) }
            clipboards[selection]?.isFollowing = selections.contains(selection)
        }
    }

    /// Puts a text of the other side where programs here paste it from.
    func put(_ text: ClipboardText) throws(DisplayFailure) {
        try clipboard(text.selection).setText(text.text)
    }

    /// Sends what was copied here.
    ///
    /// - Returns: whether there was anything.
    func share(_ reporter: Reporter, _ send: (ClipboardText) -> ClipboardSending) -> Bool {
        let news = takeNews()
        for case .text(let text) in news { reporter.clipboardSent(text, send(text)) }
        if news.contains(.tooLarge) { reporter.clipboardTooLarge(limit: Int(Self.byteLimit)) }
        return !news.isEmpty
    }

    private func takeNews() -> [News] {
        var news: [News] = []
        for selection in SharedSelection.allCases {
            for event in clipboards[selection]?.takeEvents() ?? [] where wanted.contains(selection) {
                switch event {
                case .text(let text): news.append(.text(ClipboardText(text, in: selection)))
                case .tooLarge: news.append(.tooLarge)
                case .files, .filesWanted: break
                }
            }
        }
        return news
    }

    private func clipboard(_ selection: SharedSelection) throws(DisplayFailure) -> Clipboard {
        if let known = clipboards[selection] { return known }
        let made = try Clipboard(
            connection: connection, selection: selection == .primary ? .primary : .clipboard,
            byteLimit: Int(Self.byteLimit))
        made.isFollowing = wanted.contains(selection)
        clipboards[selection] = made
        return made
    }
}
