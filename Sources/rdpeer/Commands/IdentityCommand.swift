import ArgumentParser

struct IdentityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "identity", abstract: "Print this machine's public key, its HOST-ID.",
        discussion: """
            Viewers reach a machine that runs `rdpeer host --unattended` by its HOST-ID. For this machine to view \
            another one, put the line into ~/.config/beeline/authorized_keys there. The secret half is made on first \
            use and stays in ~/.config/beeline/identity.

            EXIT STATUS: 0 if it was printed, 2 if the file cannot be read or made, 64 if the command line is wrong.
            """)

    @Option(help: ArgumentHelp("The file with the secret key.", valueName: "file"))
    var identity: String?

    @Flag(help: "Write JSON.")
    var json = false

    func run() throws {
        let reporter = Reporter(isJSON: json, isVerbose: false)
        try LocalFaults.reported(by: reporter) {
            let key = try IdentityFile.load(identity).publicKey
            reporter.event("identity", [("host_id", .string("\(key)"))])
            if !json { reporter.say("\(key)") }
            return .success
        }
    }
}
