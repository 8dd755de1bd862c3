import ArgumentParser
import FileTransfer
import PeerSession
import ProgramSupport

/// The options that host and viewer share.
struct SessionOptions: ParsableArguments {
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var recording: RecordingOptions

    @Flag(help: "Look only: the host takes no keyboard and mouse, or the viewer sends none.")
    var viewOnly = false

    @Flag(
        help: ArgumentHelp(
            "Share no clipboard: without this, what is copied on either side while the session runs can be pasted on the "
                + "other, as text of up to 1 MiB. Either side can say so."))
    var noClipboard = false

    @Flag(
        help: ArgumentHelp(
            "Share no files by copying and pasting: without this, files that are copied in a file manager on either side can "
                + "be pasted on the other, which may fetch them from when they are copied. Either side can say so."))
    var noFiles = false

    @Option(
        help: ArgumentHelp(
            "The most bytes that one paste may bring from the other side, such as 500M or 20G. What is copied "
                + "here the other side may fetch from when it is copied, up to its own limit.", valueName: "size"))
    var pasteLimit = ByteSize(bytes: FilePolicy.usualByteLimit)

    @Option(
        help: ArgumentHelp(
            "Where the other side's files come to lie for pasting, in a folder of the session's own that is gone with it "
                + "(default: ~/.cache/beeline).",
            valueName: "folder"))
    var pasteDirectory: String?

    /// - Parameter hasClipboard: whether there is one to be shared.
    func session(hasClipboard: Bool, selections: Set<SharedSelection>) -> SessionConfiguration {
        var configuration = connection.session
        configuration.isViewOnly = viewOnly
        guard hasClipboard, !noClipboard else { return configuration }
        configuration.clipboard = ClipboardOffer(selections: selections, byteLimit: SharedClipboard.byteLimit)
        if !noFiles { configuration.paste = PasteLimits(byteLimit: pasteLimit.bytes) }
        return configuration
    }

    /// Nil where no files are pasted.
    func pasteSettings(_ session: SessionConfiguration) throws(FileFault) -> PasteSettings? {
        guard session.paste != .nothing else { return nil }
        if let pasteDirectory { return PasteSettings(folder: try DiskFolder.absolute(pasteDirectory)) }
        return PasteSettings(folder: PasteSettings.usualFolder)
    }
}
