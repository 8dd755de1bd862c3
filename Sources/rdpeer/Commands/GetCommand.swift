import ArgumentParser
import FileTransfer
import ProgramSupport

struct GetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get", abstract: "Fetch files from another machine.",
        discussion: """
            There, `rdpeer host --files send` (or both) runs; the names are those of files in its folder. A file never \
            replaces another: beside one of its name it gets a number, and one that is here already is not fetched again.

            If anything is interrupted, repeat the command: what has arrived is not sent again. Exit status: 0 if all files \
            were fetched, 1 if one was not, 2 if something is wrong on this machine.
            """)

    @OptionGroup var machine: OtherMachine

    @Argument(help: ArgumentHelp("The files' names there.", valueName: "name"))
    var names: [String]

    @Option(help: ArgumentHelp("The folder for them.", valueName: "folder"))
    var into = "."

    @Option(help: ArgumentHelp("The most bytes taken, such as 500M or 20G.", valueName: "size"))
    var limit = ByteSize(bytes: FilePolicy.usualByteLimit)

    func validate() throws {
        for name in names where FileName(name) == nil {
            throw ValidationError("\"\(name)\" is no file's name: name the file alone, without any folder")
        }
    }

    func run() throws {
        try FileSession.run(machine, folder: into, byteLimit: limit.bytes) {
            try DiskFolder.checkWritable(into)
            return names.compactMap { FileName($0).map { .get($0) } }
        }
    }
}
