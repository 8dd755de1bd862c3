import ArgumentParser

struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Say what this machine's network does to sessions, and what would help.",
        discussion: """
            Takes a few seconds, changes nothing, and needs nobody at the other end. It tells

              UDP      whether it passes, and where the internet sees this
                       machine
              NAT      whether the router keeps one outside port for everybody
                       ("endpoint-independent": easy) or takes another one for
                       each destination ("symmetric": hard), and whether the
                       next one can be predicted
              Filter   who may answer: anybody, or only those who were written
                       to first
              Router   whether it forwards a port on request (PCP, NAT-PMP,
                       UPnP); one is asked for and given back
              Relay    whether the server's relay works over UDP, TCP and TLS,
                       with the credentials of a session

            and then, for each kind of network that the other person may be in, whether a session will be direct or go \
            through the relay. To learn the server's relay and its credentials it opens a room there and meets itself in \
            it; the server's audit trail shows that as a session of no bytes.

            Both sides matter: run it on both machines.

            EXIT STATUS
              0   sessions will be direct with most people; or the server is on
                  this machine, which says nothing about networks
              3   they will with most, but by guessing ports: later, and not always
              4   they will go through the relay
              5   they will fail: no direct path is likely, and no relay works
              1   the server cannot be reached, or is not to be trusted
              2   something on this machine is missing or not allowed
              64  wrong usage
            """)

    @OptionGroup var server: ServerChoice

    @Flag(help: "Do not ask the router to forward a port (PCP, NAT-PMP, UPnP).")
    var noPortMapping = false

    @Flag(help: "Write one line of JSON to standard output, the event `diagnosis`.")
    var json = false

    func run() throws {
        TerminationSignals.block()
        let reporter = Reporter(isJSON: json, isVerbose: false)
        let url = try server.url()
        try LocalFaults.reported(by: reporter) {
            let program = try DoctorProgram(
                server: url, trust: server.trust, asksGateway: !noPortMapping, reporter: reporter)
            let diagnosis = try program.run()
            reporter.event("diagnosis", diagnosis.fields)
            if !json { reporter.say(diagnosis.text) }
            return diagnosis.verdict.exitStatus
        }
    }
}

extension Diagnosis.Verdict {
    fileprivate var exitStatus: ExitStatus {
        switch self {
        case .direct: .success
        case .hard: .onlyByPrediction
        case .relayed: .onlyRelayed
        case .none: .noPath
        case .noServer: .failed
        }
    }
}
