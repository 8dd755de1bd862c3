import ArgumentParser

/// Where pictures are shown: the options of what views a session, or replays one.
struct PictureOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The X display of the window (default: DISPLAY of the environment).", valueName: "name"))
    var display: String?

    @Flag(help: "Open no window.")
    var headless = false

    @Option(help: ArgumentHelp("Write the remote picture, the last one, to this PNG file.", valueName: "file"))
    var snapshot: String?
}
