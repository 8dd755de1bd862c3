import ArgumentParser
import PeerSession

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

    var session: SessionConfiguration {
        var configuration = connection.session
        configuration.isViewOnly = viewOnly
        return configuration
    }
}
