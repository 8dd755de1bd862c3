import Foundation
import Testing

/// A network of the kernel's own for one test; gone with it.
final class NetworkNamespace {
    static let needs: Comment = "needs root and iproute2, for network namespaces"

    /// Whether one can be made here; on CI it must be.
    static var isUsable: Bool { canBeMade(with: ["ip"]) }

    static func canBeMade(with programs: [String]) -> Bool {
        if ProcessInfo.processInfo.environment["CI"] == "true" { return true }
        guard geteuid() == 0, Tools.areUsable(programs), let trial = try? NetworkNamespace("trial") else {
            return false
        }
        return (try? trial.ip("link", "set", "lo", "up")) != nil
    }

    let name: String

    init(_ purpose: String) throws {
        name = "beeline-\(purpose)-\(getpid())"
        try Self.run(["netns", "add", name])
    }

    deinit { _ = try? Self.run(["netns", "delete", name]) }

    /// Runs ip(8) inside.
    func ip(_ arguments: String...) throws { try Self.run(["-netns", name] + arguments) }

    /// Program and arguments that run another program inside.
    func command(_ program: String, _ arguments: [String]) throws -> (program: String, arguments: [String]) {
        (try Tools.other("ip"), ["netns", "exec", name, program] + arguments)
    }

    /// Runs a short program inside to its end; returns what it wrote.
    @discardableResult
    func run(_ program: String, _ arguments: [String]) throws -> String {
        try Self.run(["netns", "exec", name, try Tools.other(program)] + arguments)
    }

    @discardableResult
    private static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(fileURLWithPath: try Tools.other("ip"))
        process.arguments = arguments
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure("ip \(arguments.joined(separator: " ")) failed") }
        return String(decoding: output, as: UTF8.self)
    }
}
