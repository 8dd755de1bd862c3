import Glibc

/// A program that was started, and what it writes to its standard output.
final class ChildProcess {
    let name: String
    let identifier: pid_t
    /// The reading end of its standard output.
    let output: Int32
    private var lines = LineBuffer()
    /// Whether it may write more.
    private(set) var isOpen = true
    private(set) var isRunning = true
    private(set) var status: Int32 = 0

    /// Starts a program in a process group.
    ///
    /// - Parameters:
    ///   - group: 0 for one of its own.
    ///   - environment: what to add to our own, or to replace in it.
    ///   - input: becomes its standard input; nil for none.
    init(
        _ name: String, program: String, arguments: [String], group: pid_t, environment: [String: String] = [:],
        input: Int32? = nil
    ) throws(FileFault) {
        let pipe = try Self.makePipe()
        defer { close(pipe.writing) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, pipe.writing, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.set(&attributes, group: group)
        var child: pid_t = 0
        let code = Self.withCStrings([program] + arguments) { arguments in
            Self.withCStrings(Self.environment(with: environment)) { variables in
                posix_spawn(&child, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else {
            close(pipe.reading)
            throw FileFault(path: program, cannot: "start", code: code)
        }
        self.name = name
        identifier = child
        output = pipe.reading
    }

    deinit { close(output) }

    /// A pipe that no other child inherits.
    static func makePipe() throws(FileFault) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw FileFault(path: "a pipe", cannot: "make") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    /// Takes what it has written; call it when `output` is readable.
    ///
    /// - Returns: whole lines, and nil when it will write no more.
    func readLines() -> [String]? {
        var part = [UInt8](repeating: 0, count: 16_384)
        let count = read(output, &part, part.count)
        if count < 0, errno == EINTR || errno == EAGAIN { return [] }
        guard count > 0 else {
            isOpen = false
            return nil
        }
        return lines.append(part[..<count])
    }

    func send(_ signal: Int32) {
        if isRunning { kill(identifier, signal) }
    }

    /// Looks whether it has ended, waiting for that if told to.
    @discardableResult
    func collect(isWaiting: Bool) -> Bool {
        guard isRunning else { return true }
        var result = waitpid(identifier, &status, isWaiting ? 0 : WNOHANG)
        while result < 0, errno == EINTR { result = waitpid(identifier, &status, isWaiting ? 0 : WNOHANG) }
        if result != 0 { isRunning = false }
        return !isRunning
    }

    /// Signals that we hold back are not held back in the child.
    static func set(_ attributes: inout posix_spawnattr_t, group: pid_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var defaults = TerminationSignals.signalSet()
        sigaddset(&defaults, SIGPIPE)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setpgroup(&attributes, group)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    static func environment(with additions: [String: String]) -> [String] {
        var result: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            let name = text.prefix { $0 != "=" }
            if additions[String(name)] == nil { result.append(text) }
            next += 1
        }
        return result + additions.map { "\($0.key)=\($0.value)" }.sorted()
    }

    static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
