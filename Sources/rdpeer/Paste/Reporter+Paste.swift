import FileTransfer
import PeerSession
import WireFormat

extension Reporter {
    /// Says that files which are copied from now on can be pasted on the other side.
    func filesShared(_ limits: PasteLimits) {
        event(
            "files_shared",
            [("limit_bytes", .unsigned(limits.byteLimit)), ("limit_count", .unsigned(UInt64(limits.countLimit)))])
    }

    /// Says that files were copied, here or on the other side.
    func filesCopied(_ listing: PasteListing, _ direction: FileProgress.Direction) {
        event("files_copied", [Self.field(direction)] + Self.fields(listing))
    }

    func leftOut(_ scan: PasteScan) {
        guard scan.leftOutCount > 0 else { return }
        event(
            "files_left_out",
            [
                ("count", .integer(Int64(scan.leftOutCount))),
                ("paths", .array(scan.leftOut.map { .string($0) })),
            ])
        let more = scan.leftOutCount - scan.leftOut.count
        let names = scan.leftOut.map(Self.printable).joined(separator: ", ") + (more > 0 ? " and \(more) more" : "")
        warn(
            "Not shared of what was copied: \(names.isEmpty ? "\(more) places that are no files of this machine" : names). "
                + "Only files and folders go that can be read, no links in folders, no devices, and no names that begin with "
                + "a dot or a hyphen.")
    }

    func copyRefused(_ refusal: PasteScan.Refusal) {
        let (name, text) =
            switch refusal {
            case .tooLarge(let limit):
                ("too-large", "more than the \(Self.size(limit)) that the other side takes (--paste-limit)")
            case .tooMany(let limit): ("too-many", "more than the \(limit) files and folders that the other side takes")
            case .tooDeep: ("too-deep", "folders in more than \(PasteListing.maximumDepth) others")
            }
        event("files_not_shared", [("reason", .string(name)), ("text", .string(text))])
        warn("What was copied is not shared: it has \(text). Pack it, or use rdpeer send.")
    }

    func pasteBegan(_ number: UInt64) {
        event("paste_began")
        say("A program here pastes the other side's files: fetching them ...")
    }

    /// A program is kept waiting.
    func pasteHeld(_ progress: PasteProgress?) { event("paste_held", progress.map(Self.fields) ?? []) }

    /// - Returns: what a status line says of it.
    func pasteProgress(_ progress: PasteProgress, _ direction: FileProgress.Direction) -> String {
        event("paste_progress", [Self.field(direction)] + Self.fields(progress))
        let name = direction == .sending ? "Pasted on the other side" : "Pasted here"
        return Self.progress(of: name, progress.bytes, progress.size)
    }

    /// Files are on this side's disk, or on the other's.
    func pasted(_ announcement: PasteAnnouncement, _ direction: FileProgress.Direction, after interval: Interval?) {
        let listing = announcement.listing
        let time = interval.map { [("ms", JSONValue.number($0.milliseconds))] } ?? []
        event("pasted", [Self.field(direction)] + Self.fields(listing) + time)
        let what = "\(listing.fileCount) \(listing.fileCount == 1 ? "file" : "files"), \(Self.size(listing.byteCount))"
        say(
            direction == .sending
                ? "The other side has pasted what was copied here: \(what)."
                : "Fetched for pasting: \(what). If the program has given up waiting, paste again.")
    }

    func pasteFailed(
        _ announcement: PasteAnnouncement, _ index: Int, _ failure: TransferFailure, direction: FileProgress.Direction
    ) {
        let name = announcement.listing.path(of: index).map(\.text).joined(separator: "/")
        event(
            "paste_failed",
            [
                Self.field(direction), ("name", .string(name)), ("reason", .string(failure.name)),
                ("text", .string(failure.pasteWords)),
            ])
        let what = direction == .sending ? "The other side could not paste" : "Nothing was pasted"
        warn("\(what): \(name): \(failure.pasteWords)")
    }

    private static func field(_ direction: FileProgress.Direction) -> (name: String, value: JSONValue) {
        ("direction", .string(direction == .sending ? "sent" : "received"))
    }

    private static func fields(_ progress: PasteProgress) -> [(name: String, value: JSONValue)] {
        [("done_bytes", .unsigned(progress.bytes)), ("bytes", .unsigned(progress.size))]
    }

    private static func fields(_ listing: PasteListing) -> [(name: String, value: JSONValue)] {
        [("files", .integer(Int64(listing.fileCount))), ("bytes", .unsigned(listing.byteCount))]
    }

    /// A name that no program checked must not write to a terminal what it likes.
    private static func printable(_ path: String) -> String {
        String(
            String.UnicodeScalarView(path.unicodeScalars.map { $0.properties.generalCategory == .control ? "?" : $0 }))
    }
}

extension TransferFailure {
    /// For people, with what to do.
    fileprivate var pasteWords: String {
        switch self {
        case .notFound: "it is not there any more, or something else was copied since. Copy again, then paste."
        case .changed: "it changed after it was copied. Copy it again, then paste."
        case .refused: "the other side gives no files."
        case .notRegular: "it is no file any more."
        case .noSpace: "there is no room for it on the disk (--paste-directory)."
        case .disk: "the disk failed to read or to write."
        case .sessionEnded: "the session ended before it was there."
        case .unanswered: "the other side does not answer."
        case .checksum: "what arrived is not what was sent. Paste again."
        case .cancelled: "cancelled."
        case .tooLarge, .tooMany, .unsafeName, .busy, .violation, .other:
            "the other side did not keep to the rules (\(name))."
        }
    }
}
