/// What travels on the clipboard's stream: what was copied last counts, be it a text or files.
package enum ClipboardItem: Hashable, Sendable {
    case text(ClipboardText)
    /// Files in the selection `clipboard`.
    case files(PasteAnnouncement)

    var selection: SharedSelection {
        switch self {
        case .text(let text): text.selection
        case .files: .clipboard
        }
    }

    /// Stands where a text has its selection.
    static let filesTag: UInt8 = 3
}
