import FileTransfer

/// A file that was copied here, as it was then.
struct PasteSource: Hashable, Sendable {
    let path: String
    /// It lies in a folder that was copied; no link is followed there.
    let isInFolder: Bool
    let status: FileStatus
}
