/// What this program has put into a selection.
enum OwnSelection {
    /// In UTF-8.
    case text([UInt8])
    case files(OfferedFiles)
}

/// Files that others may paste, though they may not be there yet.
struct OfferedFiles {
    /// Whose they are; the owner of the clipboard counts.
    let number: UInt64
    /// As `text/uri-list`, and as `x-special/gnome-copied-files`.
    let uriList: [UInt8]
    let copiedFiles: [UInt8]
    var areThere = false
}
