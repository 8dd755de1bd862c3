import ArgumentParser
import FileTransfer

struct SendCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "send", abstract: "Send files to another machine.",
        discussion: """
            There, `rdpeer host --files receive` (or both) runs. A file counts as sent when it is checked and safe on the \
            other machine's disk. It never replaces another: beside one of its name it gets a number.

            If anything is interrupted, repeat the command: what has arrived is not sent again. Exit status: 0 if all files \
            were sent, 1 if one was not, 2 if something is wrong on this machine.
            """)

    @OptionGroup var machine: OtherMachine

    @Argument(help: ArgumentHelp("The files.", valueName: "file"))
    var files: [String]

    func run() throws {
        try FileSession.run(machine, folder: "/", byteLimit: FilePolicy.usualByteLimit) {
            try FileSession.sources(files)
        }
    }
}
