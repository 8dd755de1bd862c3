import ArgumentParser
import ProgramSupport

/// The program: `rdserver` runs the server, its subcommands ask about it.
@main
struct RDServer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdserver",
        abstract: "Introduces Beeline's peers to each other, and relays when it must.",
        discussion: """
            Without any option it starts everything that two peers on this machine need: signaling (WebSocket) on \
            port 8470, STUN and TURN (UDP and TCP) on port 3478, all on 127.0.0.1, and prints the URL to give to peers.

            For peers elsewhere:

              rdserver --listen 0.0.0.0 --name desk.example.org \\
                --tls-certificate chain.pem --tls-key key.pem

            `rdserver run --help` shows all flags, `rdserver check` says, without starting anything, whether it would work; `rdserver audit` asks the audit trail.

            It sees who meets whom and how many bytes it relays. What the peers say it cannot read.
            """,
        version: ProgramVersion.text, subcommands: [RunCommand.self, CheckCommand.self, AuditCommand.self],
        defaultSubcommand: RunCommand.self)
}
