import Foundation

/// A process that plays one side of a handshake with an implementation that is not ours, in lines of hexadecimal digits: a
/// script of `Fixtures/handshake`, which needs PyPI's `noiseprotocol` or `dissononce`.
final class NoisePeer {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Whether tests with it shall run: where it is installed, and on CI, where they then fail.
    static func isUsable(_ implementation: String) -> Bool {
        ProcessInfo.processInfo.environment["CI"] == "true" || isInstalled(implementation)
    }

    static func isInstalled(_ implementation: String) -> Bool {
        guard let peer = try? NoisePeer(arguments: ["check", implementation]) else { return false }
        peer.process.waitUntilExit()
        return peer.process.terminationStatus == 0
    }

    init(script name: String = "noise_peer.py", arguments: [String]) throws {
        var script = URL(filePath: #filePath)
        for _ in 0..<4 { script.deleteLastPathComponent() }
        script.append(path: "Fixtures/handshake/\(name)")
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", script.path] + arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    deinit { if process.isRunning { process.terminate() } }

    func write(_ message: [UInt8]) throws {
        let line = Self.hexadecimal(message) + "\n"
        try input.fileHandleForWriting.write(contentsOf: Data(line.utf8))
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    func read() throws -> [UInt8] { Fixture.bytes(hexadecimal: try readLine()) }

    /// The next line, or what came of it before the process ended or said nothing for a minute.
    func readLine() throws -> String {
        var line: [UInt8] = []
        var entry = pollfd(fd: output.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        while poll(&entry, 1, 60_000) > 0, let byte = try output.fileHandleForReading.read(upToCount: 1)?.first,
            byte != 0x0A
        { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}
