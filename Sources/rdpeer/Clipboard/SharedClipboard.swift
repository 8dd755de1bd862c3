import FileTransfer
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

    /// What happened about files.
    enum FileNews: Equatable {
        /// A program here has copied some; their list.
        case copied([UInt8])
        /// A program here has copied something else.
        case replaced
        /// A program here wants those of the other side's that have this number.
        case wanted(UInt64)
    }

    /// The longest text that is shared, in bytes of UTF-8.
    static let byteLimit: UInt32 = 1 << 20

    private let connection: DisplayConnection
    private var clipboards: [SharedSelection: Clipboard] = [:]
    private var wanted: Set<SharedSelection> = []
    private var fileNews: [FileNews] = []

    init(connection: DisplayConnection) { self.connection = connection }

    /// From now on tells of what is copied into these selections; what was there before stays here.
    func follow(_ selections: Set<SharedSelection>) throws(DisplayFailure) {
        wanted = selections
        for selection in SharedSelection.allCases {
            if selections.contains(selection) { _ = try clipboard(selection) }
            clipboards[selection]?.isFollowing = selections.contains(selection)
        }
        if selections.isEmpty { clipboards[.clipboard]?.followsFiles = false }
    }

    /// From now on tells of files that are copied here.
    func followFiles() throws(DisplayFailure) {
        wanted.insert(.clipboard)
        let clipboard = try clipboard(.clipboard)
        clipboard.isFollowing = true
        clipboard.followsFiles = true
    }

    /// Offers files of the other side to programs here.
    ///
    /// - Parameter list: where they will be.
    func offer(_ number: UInt64, _ list: URIList) throws(DisplayFailure) {
        try clipboard(.clipboard).setFiles(number, uriList: list.encoded, copiedFiles: list.encodedCopy)
    }

    /// Whoever waits for these files is told where they are.
    func giveFiles(_ number: UInt64) { clipboards[.clipboard]?.giveFiles(number) }

    /// Whoever waits for these files gets none.
    func refuseFiles(_ number: UInt64) { clipboards[.clipboard]?.refuseFiles(number) }

    /// Whoever waits for files goes on waiting.
    func holdFiles() { clipboards[.clipboard]?.holdFiles() }

    /// No files of the other side are offered any more.
    func dropFiles() { clipboards[.clipboard]?.dropFiles() }

    /// Takes what was copied here as a text after all.
    func fetchText() { try? clipboards[.clipboard]?.fetch() }

    /// What happened about files, as far as `share` has seen it.
    func takeFileNews() -> [FileNews] {
        defer { fileNews = [] }
        return fileNews
    }

    /// Puts a text of the other side where programs here paste it from. What is there already is left alone: of two
    /// programs of ours on this display each would send on what the other has put, for ever.
    func put(_ text: ClipboardText) throws(DisplayFailure) {
        let clipboard = try clipboard(text.selection)
        if let known = clipboard.text, known.utf8.elementsEqual(text.text.utf8) { return }
        try clipboard.setText(text.text)
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
            for event in clipboards[selection]?.takeEvents() ?? [] {
                if case .filesWanted(let number) = event { fileNews.append(.wanted(number)) }
                guard wanted.contains(selection) else { continue }
                switch event {
                case .text(let text):
                    news.append(.text(ClipboardText(text, in: selection)))
                    if selection == .clipboard { fileNews.append(.replaced) }
                case .files(let list): fileNews.append(.copied(list))
                case .sharedFiles: fileNews.append(.replaced)
                case .tooLarge: news.append(.tooLarge)
                case .filesWanted: break
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
