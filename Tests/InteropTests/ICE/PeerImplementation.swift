import Foundation
import Testing

/// Another project's ICE agent.
enum PeerImplementation: String, CaseIterable, CustomTestStringConvertible {
    case aioice
    /// libnice as it comes: it nominates with every check (RFC 5245 section 8.1.1.2).
    case libnice
    /// libnice told to nominate as RFC 8445 has it.
    case libniceRegular = "libnice, regular nomination"

    var testDescription: String { rawValue }

    /// Whether the tests that need it shall run: where it is installed, and on CI, where they then fail and say what
    /// is missing.
    var isUsable: Bool {
        if ProcessInfo.processInfo.environment["CI"] == "true" { return true }
        return (try? command()) != nil
    }

    static let usable = allCases.filter(\.isUsable)

    /// What to say about those that are not there.
    static var missing: String {
        let names = allCases.filter { !$0.isUsable }.map(\.rawValue).joined(separator: ", ")
        return "not installed: \(names); see Tests/install"
    }

    /// The program and its first arguments.
    func command() throws -> (program: String, arguments: [String]) {
        switch self {
        case .aioice:
            let python = try Self.find("python3")
            try Self.run(python, ["-c", "import aioice"])
            return (python, [try Self.fixture("aioice_peer.py")])
        case .libnice: return (try Self.compiledLibnice.get(), [])
        case .libniceRegular: return (try Self.compiledLibnice.get(), ["--regular"])
        }
    }

    /// libnice's program, compiled once.
    private static let compiledLibnice = Result {
        let program = FileManager.default.temporaryDirectory.appendingPathComponent("libnice_peer-\(UUID().uuidString)")
        let compile = "cc -Wall -Werror -o \"$0\" \"$1\" $(pkg-config --cflags --libs nice)"
        try run("/bin/sh", ["-c", compile, program.path, try fixture("libnice_peer.c")])
        return program.path
    }

    private static func fixture(_ name: String) throws -> String {
        var folder = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("Fixtures/interop/\(name)").path
    }

    private static func find(_ name: String) throws -> String {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        let paths: [String] = folders.split(separator: ":").map { "\($0)/\(name)" }
        guard let path = paths.first(where: { access($0, X_OK) == 0 }) else {
            throw LineProcess.Failure(description: "\(name) is missing; run Tests/install")
        }
        return path
    }

    private static func run(_ program: String, _ arguments: [String]) throws {
        let process = Process()
        let errors = Pipe()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardError = errors
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw LineProcess.Failure(description: "\(program) \(arguments): \(text)\nRun Tests/install.")
        }
    }
}
