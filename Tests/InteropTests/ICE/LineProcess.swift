import Foundation

/// A program that talks in lines, and ends when its input does: with the test, whatever way that ends.
final class LineProcess {
    struct Failure: Error, CustomStringConvertible { let description: String }

    let name: String
    /// All lines so far.
    private(set) var lines: [String] = []
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors: URL
    private var rest: [UInt8] = []

    init(_ name: String, _ program: String, _ arguments: [String]) throws {
        self.name = name
        errors = FileManager.default.temporaryDirectory.appendingPathComponent("interop-\(UUID().uuidString)")
        _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let descriptor = output.fileHandleForReading.fileDescriptor
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit {
        try? input.fileHandleForWriting.close()
        // Mostly it has ended within milliseconds.
        for _ in 0..<400 where process.isRunning { usleep(5_000) }
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        try? FileManager.default.removeItem(at: errors)
    }

    /// Readable when there is something for `read`.
    var descriptor: Int32 { output.fileHandleForReading.fileDescriptor }

    /// Takes what has come.
    ///
    /// - Returns: false if nothing will come any more.
    func read() -> Bool {
        var part = [UInt8](repeating: 0, count: 65_536)
        let count = Glibc.read(descriptor, &part, part.count)
        guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
        rest += part[..<count]
        while let end = rest.firstIndex(of: 0x0A) {
            lines.append(String(decoding: rest[..<end], as: UTF8.self))
            rest.removeSubrange(...end)
        }
        return true
    }

    func write(_ line: String) { try? input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }

    /// The first line that means something to the caller; waits for it.
    func line<Meaning>(seconds: Int = 20, where meaning: (String) -> Meaning?) throws -> Meaning {
        for _ in 0..<seconds * 100 {
            if let found = lines.lazy.compactMap(meaning).first { return found }
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 10)
            guard read() else { break }
        }
        if let found = lines.lazy.compactMap(meaning).first { return found }
        throw failure("did not say what was expected of it")
    }

    /// What to say when this program is why a test fails.
    func failure(_ text: String) -> Failure {
        let written = (try? String(contentsOf: errors, encoding: .utf8)) ?? ""
        return Failure(
            description: "\(name) \(text)\n\(lines.suffix(20).joined(separator: "\n"))\n--\n\(written.suffix(3_000))")
    }
}
