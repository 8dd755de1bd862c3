import ArgumentParser
import FileTransfer
import PeerSession
import ProgramSupport
import SecureChannel

struct HostCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "host", abstract: "Share this machine's X display.",
        discussion: """
            Prints a one-time code. Whoever has it can see this screen, and work on it unless --view-only is given. \
            With --unattended nobody need be here: viewers come with keys that are authorised in a file, as with ssh. \
            With --unattended --listen 8471 they come straight to this machine's address, with no server between; one that \
            --server or BEELINE_SERVER names is used beside.

            KEYS
              A line of the file of authorised keys is a HOST-ID and whatever you
              like to note. A word before it limits its owner: view-only,
              no-clipboard, no-files, recorded (no session without --record),
              time=30m, separated by commas.
                  view-only,time=30m HOST-ID the help desk
              The file is read anew for whoever comes. A session that runs goes
              on, though its viewer's line was taken away.
            FILES
              With --files receive, viewers can send files here (rdpeer send),
              with --files send they can fetch files (rdpeer get), with --files
              both either. All of them are in one folder, and nothing outside of
              it can be reached or replaced. Without --files none are taken or
              given: a screen that is shared by telephone shall not become a
              folder that is.
            COPY AND PASTE
              Files that are copied in a file manager on either side while a
              session runs can be pasted on the other, up to --paste-limit at
              once; they are fetched when they are pasted. Viewers cannot ask for
              any others. With --view-only nothing is pasted here. --no-files or
              --no-clipboard on either side, or the word no-files before a
              viewer's key, turns it off.
            EXIT STATUS
              0   stopped; with --once, a session that ended as somebody wanted,
                  or at its time
              1   the server refused for good; with --once, a session that failed
              2   something on this machine is missing or not allowed
              64  wrong usage
            """)

    @OptionGroup var options: SessionOptions

    @Option(
        help: ArgumentHelp("The X display to share (default: DISPLAY of the environment).", valueName: "name"))
    var display: String?

    @Option(
        help: ArgumentHelp(
            "Share a moving test picture instead of a display, such as test:1920x1080 or test:1920x1080@60; @0 stands still.",
            valueName: "test:WxH[@FPS]"))
    var screen: ScreenChoice?

    @Option(
        help: ArgumentHelp(
            "Share one monitor only, by its name (xrandr --listmonitors) or its number, from 1.", valueName: "monitor"))
    var monitor: String?

    @Option(
        help: ArgumentHelp(
            "Share one window only, by its identifier (xwininfo), such as 0x1a00003, until it is closed. What lies over it is "
                + "seen too, unless a compositor runs.", valueName: "window"))
    var window: WindowIdentifier?

    @Flag(help: "Take no codes, but viewers whose keys are authorised.")
    var unattended = false

    @Option(
        help: ArgumentHelp(
            "The file of the authorised keys, one HOST-ID a line (default: ~/.config/beeline/authorized_keys); see KEYS.",
            valueName: "file"))
    var authorizedKeys: String?

    @Option(
        help: ArgumentHelp(
            "Also take viewers at this UDP port, who need no server: rdpeer view HOST-ID@ADDRESS. Goes with --unattended.",
            valueName: "[address:]port"))
    var listen: ListenAddress?

    @Option(help: ArgumentHelp("What viewers may do with files.", valueName: "off|receive|send|both"))
    var files = FileChoice.off

    @Option(
        help: ArgumentHelp(
            "The folder of files that are received and sent, made if need be (default: ~/Beeline).", valueName: "folder"
        ))
    var filesDirectory: String?

    @Option(
        help: ArgumentHelp("The most bytes taken from a viewer in one session, such as 500M or 20G.", valueName: "size")
    )
    var filesLimit = ByteSize(bytes: FilePolicy.usualByteLimit)

    @Option(
        help: ArgumentHelp(
            "Run this by sh when a viewer is gone for good, such as 'loginctl lock-session': when it has left, or no path to "
                + "it was found for as long as --patience says, or when whoever took its place is gone before seeing the "
                + "screen. An interruption that the session outlives runs nothing. "
                + "BEELINE_END says how the session ended. Default: nothing.",
            valueName: "command"))
    var lockCommand: String?

    @Option(
        help: ArgumentHelp(
            "The longest that a session may take, such as 30m or 8h; the viewer is told. Default: as long as both like.",
            valueName: "time"))
    var timeLimit: TimeSpan?

    @Flag(help: "End after the first session.")
    var once = false

    func validate() throws {
        if display != nil, screen != nil { throw ValidationError("--display and --screen exclude each other") }
        if screen != nil, monitor != nil || window != nil {
            throw ValidationError("--screen shares a test picture, which has neither --monitor nor --window")
        }
        if monitor != nil, window != nil { throw ValidationError("--monitor and --window exclude each other") }
        if filesDirectory != nil, files == .off {
            throw ValidationError("--files-directory goes with --files receive, send or both")
        }
        if let lockCommand, lockCommand.allSatisfy(\.isWhitespace) {
            throw ValidationError("--lock-command is empty; leave it out to run nothing")
        }
        if listen != nil, !unattended {
            throw ValidationError("--listen takes viewers by their keys: it goes with --unattended")
        }
        if listen != nil, options.connection.relay == .only {
            throw ValidationError("--relay only hides this machine's addresses, and --listen shows one: leave one away")
        }
        if authorizedKeys != nil, !unattended { throw ValidationError("--authorized-keys goes with --unattended") }
    }

    func run() throws {
        TerminationSignals.block()
        let reporter = options.connection.reporter
        let url = listen == nil ? try options.connection.serverURL() : try options.connection.server.named()
        try LocalFaults.reported(by: reporter) {
            let keys =
                unattended || options.connection.identity != nil
                ? try IdentityFile.load(options.connection.identity) : IdentityFile.ephemeral()
            let keysFile = unattended ? try keysFile(ofHost: keys.publicKey, reporter) : nil
            let settings = HostSettings(
                server: url, trust: options.connection.trust,
                access: keysFile.map { .authorizedKeys($0.viewers) } ?? .codes, keysFile: keysFile, keys: keys,
                session: sharedSession, interfaces: try options.connection.interfaces(), listen: listen, isOnce: once,
                recording: try options.recording.settings(identity: options.connection.identity),
                filesFolder: try filesFolder(), paste: try options.pasteSettings(sharedSession),
                lockCommand: lockCommand.map(LockCommand.init))
            return try HostProgram(settings, desktop: try desktop(), reporter: reporter).run()
        }
    }

    /// Whoever has yet to name the keys learns whom their owners are to ask for.
    private func keysFile(ofHost key: PublicKey, _ reporter: Reporter) throws(FileFault) -> AuthorizedKeysFile {
        do { return try AuthorizedKeysFile(authorizedKeys, isRecording: options.recording.record != nil) } catch {
            reporter.event("identity", [("host_id", .string("\(key)"))])
            reporter.warn("This machine's HOST-ID, by which viewers find it: \(key)")
            throw error
        }
    }

    private func filesFolder() throws -> String? {
        guard files != .off else { return nil }
        if let filesDirectory { return filesDirectory }
        guard let home = ConfigurationFolder.home else {
            throw FileFault("HOME is not set: name the folder by --files-directory")
        }
        return "\(home)/Beeline"
    }

    private var part: DisplayPart {
        if let monitor { return .monitor(monitor) }
        return window.map { .window($0.number) } ?? .all
    }

    /// A test picture has no clipboard; of a display, a viewer gets what it asks for.
    private var sharedSession: SessionConfiguration {
        var configuration = options.session(hasClipboard: screen == nil, selections: [.clipboard, .primary])
        configuration.files = files.policy(byteLimit: filesLimit.bytes)
        configuration.timeLimit = timeLimit?.interval
        configuration.isRecording = options.recording.record != nil
        return configuration
    }

    private func desktop() throws -> any Desktop {
        guard let screen else {
            return try DisplayDesktop(name: display, part: part, isViewOnly: options.viewOnly)
        }
        return TestDesktop(width: screen.width, height: screen.height, framesPerSecond: screen.framesPerSecond)
    }
}
