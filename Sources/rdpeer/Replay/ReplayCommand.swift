import ArgumentParser
import SecureChannel

struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Show a recorded session again, or write pictures of it.",
        discussion: """
            Replays what `rdpeer view --record` or `rdpeer host --record` wrote, in a window and as fast as it happened. \
            Space pauses and goes on, Q or Escape ends. A viewer's recording shows what the viewer saw; a host's what was \
            sent, as a viewer that lost nothing saw it; in a window without the time in which the host waited for viewers.

            The file is opened with the secret key that it was sealed to: this machine's, unless --record-key named \
            another. It says who recorded it. A file that was changed is replayed as far as it is genuine and then refused; \
            one that was cut off is replayed to its last whole block, and that is said.

            EXIT STATUS
              0   replayed, to its end or to where it was cut off
              1   damaged, changed, not for this key, or without the picture that
                  --snapshot asked for
              2   something on this machine is missing or not allowed
              64  wrong usage
            """)

    @Argument(help: ArgumentHelp("The recording.", valueName: "file"))
    var file: String

    @Option(
        help: ArgumentHelp(
            "The file with the secret key that opens it (default: ~/.config/beeline/identity).", valueName: "file"))
    var identity: String?

    @Option(help: ArgumentHelp("How fast: 2 is twice as fast as it happened.", valueName: "factor"))
    var speed = 1.0

    @OptionGroup var picture: PictureOptions

    @Option(
        help: ArgumentHelp(
            "With --headless: write each picture that differs from the one before into this folder, named by its time.",
            valueName: "dir"))
    var frames: String?

    @Option(help: ArgumentHelp("How many pictures a second --frames looks at.", valueName: "number"))
    var framesPerSecond = 1.0

    @Flag(help: "Write JSON lines to standard output, one object an event.")
    var json = false

    func validate() throws {
        guard (0.01...1_000).contains(speed) else { throw ValidationError("--speed is 0.01 to 1000") }
        guard (0.001...240).contains(framesPerSecond) else {
            throw ValidationError("--frames-per-second is 0.001 to 240")
        }
        if frames != nil, !picture.headless { throw ValidationError("--frames goes with --headless") }
    }

    func run() throws {
        let reporter = Reporter(isJSON: json, isVerbose: false)
        try LocalFaults.reported(by: reporter) {
            if let file = picture.snapshot { try PictureFile.check(file) }
            do {
                let source = try RecordingSource(path: file, keys: try IdentityFile.load(identity))
                let program = ReplayProgram(source, snapshotFile: picture.snapshot, reporter: reporter)
                program.tellBeginning()
                if picture.headless {
                    try program.runHeadless(frames: try frames.map { try FrameFolder($0, perSecond: framesPerSecond) })
                } else {
                    try program.runInWindow(ReplayWindow(displayName: picture.display, speed: speed))
                }
                return program.isPictureMissing ? .failed : .success
            } catch let fault as RecordingFault {
                reporter.event("fault", [("detail", .string("\(fault)"))])
                reporter.warn("rdpeer: \(fault)")
                return .failed
            }
        }
    }
}
