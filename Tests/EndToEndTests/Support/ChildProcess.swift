import Foundation

/// A program that a test started, what it writes, and how it ends.
final class ChildProcess {
    let name: String
    let identifier: pid_t
    /// All lines that it wrote to standard output so far.
    private(set) var lines: [String] = []
    private let output: Int32
    private let errorFile: String
    private var rest: [UInt8] = []
    private var isOutputOpen = true
    private var status: ExitStatus?

    init(
        _ name: String, _ program: String, _ arguments: [String], environment: [String: String], errorFile: String
    ) throws {
        let pipe = try Spawn.makePipe()
        defer { close(pipe.writing) }
        let errors = open(errorFile, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard errors >= 0 else { throw Failure("cannot write \(errorFile)") }
        defer { close(errors) }
        self.name = name
        self.errorFile = errorFile
        output = pipe.reading
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        identifier = try Spawn.start(
            program, arguments, environment: environment, streams: [1: pipe.writing, 2: errors],
            group: try ProcessGuard.shared.get().group)
    }

    deinit {
        kill()
        close(output)
    }

    /// What it wrote to standard error so far.
    var errors: String { (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "" }

    var isRunning: Bool {
        collect(isWaiting: false)
        return status == nil
    }

    func send(_ signal: Int32) {
        if isRunning { Glibc.kill(identifier, signal) }
    }

    /// Ends it at once, if it has not ended.
    func kill() {
        send(SIGKILL)
        collect(isWaiting: true)
    }

    /// Waits for its end.
    func waitForEnd(seconds: Double = TimeLimit.usual) throws -> ExitStatus {
        let limit = TimeLimit(seconds: seconds)
        while true {
            waitForOutput(seconds: 0.02)
            collect(isWaiting: false)
            if let status {
                readOutput()
                return status
            }
            guard !limit.isOver else { throw failure("did not end within \(seconds) s") }
        }
    }

    /// The first line of standard output, from a number on, that means something to the caller; waits for it.
    @discardableResult
    func line<Meaning>(
        _ what: String, from first: Int = 0, seconds: Double = TimeLimit.usual, where meaning: (String) -> Meaning?
    ) throws -> Meaning {
        let limit = TimeLimit(seconds: seconds)
        var next = first
        while true {
            readOutput()
            while next < lines.count {
                if let found = meaning(lines[next]) { return found }
                next += 1
            }
            guard isOutputOpen else { throw failure("ended without \(what)") }
            guard !limit.isOver else { throw failure("wrote no \(what) within \(seconds) s") }
            waitForOutput(seconds: min(limit.remainingSeconds, 1))
        }
    }

    /// What to say when this process is why a test fails.
    func failure(_ text: String) -> Failure {
        let output = lines.suffix(25).joined(separator: "\n")
        return Failure("\(name) \(text)\n--- standard output\n\(output)\n--- standard error\n\(errors.suffix(3_000))")
    }

    func readOutput() {
        var part = [UInt8](repeating: 0, count: 65_536)
        while isOutputOpen {
            let count = read(output, &part, part.count)
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                isOutputOpen = false
                return
            }
            rest += part[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                lines.append(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
    }

    private func waitForOutput(seconds: Double) {
        guard isOutputOpen else {
            usleep(UInt32(seconds * 1e6))
            return
        }
        var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, Int32(seconds * 1_000) + 1)
        readOutput()
    }

    private func collect(isWaiting: Bool) {
        guard status == nil else { return }
        var code: Int32 = 0
        var result = waitpid(identifier, &code, isWaiting ? 0 : WNOHANG)
        while result < 0, errno == EINTR { result = waitpid(identifier, &code, isWaiting ? 0 : WNOHANG) }
        if result != 0 { status = ExitStatus(waitStatus: code) }
    }
}
