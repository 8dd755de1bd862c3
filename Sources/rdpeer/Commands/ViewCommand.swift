import ArgumentParser
import NetworkIO
import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

struct ViewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "view", abstract: "See another machine's screen, and work on it.",
        discussion: """
            With the code that `rdpeer host` shows there, or with the HOST-ID of a machine that runs \
            `rdpeer host --unattended` and has this machine's key authorised (`rdpeer identity` prints it).

            WITHOUT A SERVER
              A host that runs with --listen is reached at its own address:
              rdpeer view HOST-ID@ADDRESS, with :PORT if it is not 8471. It is
              remembered in ~/.config/beeline/known_hosts, so that next time
              rdpeer view ADDRESS will do.

            KEYS FOR THE VIEWER ITSELF
              All others go to the host, as what they produce in this keyboard's
              layout. With Control, Alt and Shift held:
              S   shows or hides a status line: path, round trip, bytes, frames a
                  second, sharpness
              F   enters or leaves full screen
              G   takes all keys, Super and Alt-Tab too, or leaves those to the
                  window manager
              Q   ends the session

            CLIPBOARD
              What is copied on either side while the session runs can be pasted
              on the other: text, up to 1 MiB. What was copied before stays where
              it is. --no-clipboard on either side turns that off; --primary adds
              what is marked with the mouse.
              Files that are copied in a file manager are pasted likewise: files
              and folders, up to --paste-limit at once. They are fetched when they
              are pasted, into a folder of the session's own, from where the file
              manager copies them; those that are left there go with the session.
              Names that begin with a dot or a hyphen, links in folders and
              devices are left out, which is said where they were copied.
              --no-files on either side turns that off.

            EXIT STATUS
              0   the session ended as somebody wanted, here or there, or at its
                  time
              1   there was none, or it failed, or what was asked for did not
                  happen: a picture, a file, something to be typed
              2   something on this machine is missing or not allowed
              64  wrong usage
            """)

    @OptionGroup var options: SessionOptions
    @OptionGroup var naming: NamingOptions

    @Argument(
        help: ArgumentHelp(
            "The code or the HOST-ID, or where the host listens.", valueName: "code|host-id|[host-id@]address[:port]"))
    var target: [String]

    @OptionGroup var picture: PictureOptions

    @Flag(help: "Fill the screen, and take all keys, Super and Alt-Tab too.")
    var fullScreen = false

    @Option(
        help: ArgumentHelp(
            "Which of this machine's monitors full screen fills, by its number or its name as xrandr lists them.",
            valueName: "monitor"))
    var monitor: MonitorChoice?

    @Flag(help: "Take all keys from the start, Super and Alt-Tab too, though the window does not fill the screen.")
    var grabKeys = false

    @Flag(help: "Share what is marked with the mouse, too, to be pasted with the middle button.")
    var primary = false

    @Option(
        help: ArgumentHelp(
            "When --snapshot is written: sharp, as soon as the picture is exact; first, as soon as all of it was seen; end, at the session's end.",
            valueName: "sharp|first|end"))
    var snapshotWhen = SnapshotMoment.sharp

    @Option(
        help: ArgumentHelp(
            "Send this file to the host (rdpeer host --files receive) while the session runs; may be given several times.",
            valueName: "file"))
    var send: [String] = []

    @Option(help: ArgumentHelp("End after so many seconds.", valueName: "seconds"))
    var duration: Double?

    @Option(help: ArgumentHelp("Type this text into the host as soon as its picture is there.", valueName: "text"))
    var type: String?

    @Option(
        help: ArgumentHelp(
            "For programs that measure: report changes of this pixel, and press the keys that standard input names.",
            valueName: "x,y", visibility: .hidden))
    var probe: PixelPlace?

    func validate() throws {
        try HostTarget.check(target)
        if let duration, !(0.001...1e9).contains(duration) {
            throw ValidationError("--duration is a number of seconds")
        }
        if picture.headless, duration == nil, options.recording.record == nil,
            picture.snapshot == nil || snapshotWhen == .end
        {
            throw ValidationError(
                "--headless needs --snapshot FILE, or --duration SECONDS, to know when to end, or --record FILE")
        }
        if picture.headless, fullScreen || grabKeys || primary || monitor != nil {
            throw ValidationError("--headless opens no window: no --full-screen, --monitor, --grab-keys or --primary")
        }
        if options.connection.relay == .only, try HostTarget.isPath(target) {
            throw ValidationError("--relay only goes through a server's relay: there is none on the way to an address")
        }
        if primary, options.noClipboard { throw ValidationError("--primary and --no-clipboard exclude each other") }
    }

    func run() throws {
        TerminationSignals.block()
        let reporter = options.connection.reporter
        try LocalFaults.reported(by: reporter) {
            try ViewerProgram(try settings(try HostTarget.find(target, options.connection)), reporter: reporter).run()
        }
    }

    private func settings(_ target: ViewTarget) throws -> ViewerSettings {
        if let file = picture.snapshot { try PictureFile.check(file) }
        var settings = ViewerSettings(
            target: target, trust: options.connection.trust, keys: IdentityFile.ephemeral(),
            tellsKey: false, session: sharedSession,
            interfaces: try options.connection.interfaces(), isHeadless: picture.headless,
            window: WindowOptions(
                displayName: picture.display, isFullScreen: fullScreen, monitor: monitor, grabsKeys: grabKeys,
                sharesClipboard: !options.noClipboard),
            snapshotFile: picture.snapshot, snapshotMoment: snapshotWhen,
            duration: duration.map { .microseconds(Int64($0 * 1_000_000)) }, typedText: type,
            probe: probe)
        settings.paste = try options.pasteSettings(settings.session)
        settings.recording = try options.recording.settings(identity: options.connection.identity)
        if !send.isEmpty {
            settings.files = FileTask(
                items: try FileSession.sources(send), folder: "/", byteLimit: 0, isAll: false,
                tokenKey: try IdentityFile.load(options.connection.identity).fileTokenKey)
        }
        if !target.isByCode || options.connection.identity != nil {
            settings.keys = try IdentityFile.load(options.connection.identity)
            settings.tellsKey = !naming.noIdentify
        }
        target.hasten(&settings.session)
        return settings
    }

    /// Only a window has a clipboard.
    private var sharedSession: SessionConfiguration {
        options.session(hasClipboard: !picture.headless, selections: primary ? [.clipboard, .primary] : [.clipboard])
    }
}
