import FileTransfer
import PeerSession
import WireFormat

extension Reporter {
    func fileBegan(_ file: FileProgress) {
        event("file_began", fields(file) + [("held_bytes", .unsigned(file.heldBytes))])
        let rest = file.heldBytes > 0 ? ", of which \(Self.size(file.heldBytes)) are there already" : ""
        let verb = file.direction == .sending ? "Sending" : "Receiving"
        say("\(verb) \(file.name) (\(Self.size(file.size))\(rest)) ...")
    }

    func fileStored(_ file: FileProgress, as name: String, after interval: Interval?) {
        var more: [(name: String, value: JSONValue)] = [("stored_as", .string(name))]
        if let interval { more.append(("ms", .number(interval.milliseconds))) }
        event("file_stored", fields(file) + more)
        let other = name == file.name ? "" : " as \(name)"
        let verb = file.direction == .sending ? "Sent" : "Received"
        let rate = interval.flatMap { interval -> String? in
            let bytes = Double(file.size - min(file.heldBytes, file.size))
            // Of less, what is measured is not the path.
            return interval.seconds > 0 && bytes >= 1e6 ? ", \(Self.size(UInt64(bytes / interval.seconds)))/s" : nil
        }
        say("\(verb) \(file.name)\(other): \(Self.size(file.size)), safe on the disk\(rate ?? "").")
    }

    func fileFailed(_ file: FileProgress, _ failure: TransferFailure) {
        event(
            "file_failed", fields(file) + [("reason", .string(failure.name)), ("text", .string(failure.words(file)))])
        warn("\(file.name.isEmpty ? "A file" : file.name): \(failure.words(file))")
    }

    /// - Returns: what a status line says of the one that is on its way.
    func fileProgress(_ files: [FileProgress]) -> String? {
        for file in files where file.bytes > 0 {
            event("file_progress", fields(file) + [("done_bytes", .unsigned(file.bytes))])
        }
        let moving = files.first { $0.bytes > 0 && $0.bytes < $0.size }
        return moving.map { Self.progress(of: $0.name, $0.bytes, $0.size) }
    }

    static func progress(of name: String, _ bytes: UInt64, _ size: UInt64) -> String {
        "\(name): \(Self.size(bytes)) of \(Self.size(size)), \(bytes * 100 / max(size, 1)) %"
    }

    private func fields(_ file: FileProgress) -> [(name: String, value: JSONValue)] {
        [
            ("direction", .string(file.direction == .sending ? "sent" : "received")), ("name", .string(file.name)),
            ("bytes", .unsigned(file.size)),
        ]
    }

    static func size(_ bytes: UInt64) -> String {
        switch bytes {
        case ..<10_000: "\(bytes) bytes"
        case ..<10_000_000: "\(bytes / 1_000) kB"
        case ..<10_000_000_000: "\(bytes / 1_000_000) MB"
        default: "\(bytes / 1_000_000_000) GB"
        }
    }
}

extension TransferFailure {
    /// For programs.
    var name: String {
        switch self {
        case .refused: "refused"
        case .notFound: "not-found"
        case .notRegular: "not-regular"
        case .unsafeName: "unsafe-name"
        case .tooLarge: "too-large"
        case .tooMany: "too-many"
        case .noSpace: "no-space"
        case .busy: "busy"
        case .disk: "disk"
        case .changed: "changed"
        case .checksum: "checksum"
        case .cancelled: "cancelled"
        case .unanswered: "unanswered"
        case .violation: "violation"
        case .sessionEnded: "session-ended"
        case .other: "other"
        }
    }

    /// For people, with what to do.
    func words(_ file: FileProgress) -> String {
        let isSent = file.direction == .sending
        return switch self {
        case .refused:
            isSent
                ? "the other side takes no files. Start it with `rdpeer host --files receive` (or both)."
                : "the other side gives no files. Start it with `rdpeer host --files send` (or both)."
        case .notFound: "there is no such file."
        case .notRegular: "it is a folder, a link or a device; only files go. Pack a folder first, with tar or zip."
        case .unsafeName:
            "this name is not taken on the other side: no control characters, slashes, dot or hyphen in front, or more "
                + "than \(FileName.maximumBytes) bytes. Rename it."
        case .tooLarge: "it has more bytes than are taken (host: --files-limit; get: --limit)."
        case .tooMany: "too many files for one session. Repeat the command for the rest."
        case .noSpace: "the disk is full, or would be."
        case .busy: "another session is receiving this very file. Wait for its end, then repeat the command."
        case .disk:
            isSent
                ? "it could not be read here, or not be written on the other side."
                : "it could not be read on the other side, or not be written here."
        case .changed: "it changed while it was sent. Repeat the command."
        case .checksum: "what arrived is not what was sent. Repeat the command."
        case .cancelled: "cancelled. Repeat the command to go on."
        case .unanswered: "the other side does not answer. Does it run the same version of rdpeer?"
        case .violation: "the other side broke the rules. Use the same version of rdpeer on both."
        case .sessionEnded: "the session ended before. Repeat the command: what has arrived is not sent again."
        case .other: "the other side did not say why."
        }
    }
}
