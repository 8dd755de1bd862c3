import Foundation

/// Where the programs lie.
enum ProgramFolder {
    /// The folder of this executable, links resolved.
    static let own: String = {
        let link = "/proc/self/exe"
        let path = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) ?? CommandLine.arguments[0]
        return URL(fileURLWithPath: path).deletingLastPathComponent().path
    }()

    /// A program beside this one.
    static func program(_ name: String) throws(BenchFailure) -> String {
        let path = own + "/" + name
        guard FileManager.default.isExecutableFile(atPath: path) else { throw .noProgram(name, folder: own) }
        return path
    }
}
