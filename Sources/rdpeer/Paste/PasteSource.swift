import FileTransfer

/// A file that was copied here, as it was then.
struct PasteSource: Hashable, Sendable {
    let path: String
    let status: FileStatus
}
