import ArgumentParser

struct DemoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Try everything on this machine alone: display, server, host and viewer.",
        discussion: """
            Starts Xvfb with something alive on it, rdserver, rdpeer host and rdpeer view as processes of their own, \
            lets them run, holds the picture still and compares what the viewer saw with what the display showed. \
            Succeeds only if that is equal, pixel for pixel.

            EXIT STATUS: 0 if it is equal, 1 if not, 2 if something on this machine is missing or not allowed, 64 if the \
            command line is wrong.
            """)

    @Option(help: ArgumentHelp("The folder for demo.png and host.png.", valueName: "dir"))
    var output = "beeline-demo"

    @Option(help: ArgumentHelp("How long the viewer looks at the moving picture.", valueName: "seconds"))
    var seconds = 5.0

    @Flag(help: "Go on until Ctrl-C, to look around.")
    var keep = false

    @Flag(help: "Write the figures as JSON.")
    var json = false

    func validate() throws {
        guard (0...3_600).contains(seconds) else { throw ValidationError("--seconds is 0 to 3600") }
        guard !output.isEmpty else { throw ValidationError("--output is a folder") }
    }

    func run() throws {
        TerminationSignals.block()
        let reporter = Reporter(isJSON: json, isVerbose: false)
        try LocalFaults.reported(by: reporter) {
            let settings = DemoSettings(folder: output, seconds: seconds, keepsRunning: keep)
            do {
                return try Demonstration(settings, reporter: reporter).run()
            } catch let fault as DemoFault where !fault.isLocal {
                reporter.event("fault", [("detail", .string("\(fault)"))])
                reporter.warn("rdpeer: \(fault)")
                return .failed
            }
        }
    }
}
