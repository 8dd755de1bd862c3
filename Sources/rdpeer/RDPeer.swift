import ArgumentParser
import ProgramSupport

@main
struct RDPeer: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rdpeer", abstract: "Shares an X display with one other person, or looks at one that is shared.",
        discussion: """
            On the machine to be seen: rdpeer host
            On the other one:          rdpeer view CODE
            Files to it, or from it:   rdpeer send CODE FILE, rdpeer get CODE NAME
            A recorded session again:  rdpeer replay FILE
            All in one, to try it:     rdpeer demo
            If sessions are relayed:   rdpeer doctor
            Both need a server that they can reach (rdserver), named by --server or BEELINE_SERVER.
            """,
        version: ProgramVersion.text,
        subcommands: [
            HostCommand.self, ViewCommand.self, SendCommand.self, GetCommand.self, ReplayCommand.self,
            DoctorCommand.self, DemoCommand.self, IdentityCommand.self, PaintCommand.self, GuardCommand.self,
        ])
}
