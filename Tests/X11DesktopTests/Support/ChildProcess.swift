import Glibc
import Synchronization

/// A program that a test started; ended at the latest when this object goes.
final class ChildProcess {
    let identifier: pid_t
    private var exitStatus: Int32?

    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    /// - Parameter inherited: descriptors that the child gets, by the number it is to see.
    init(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], inherited: [Int32: Int32] = [:]
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (childNumber, descriptor) in inherited {
            posix_spawn_file_actions_adddup2(&actions, descriptor, childNumber)
        }
        for stream: Int32 in [0, 1, 2] where inherited[stream] == nil {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
        var merged = Self.environment
        merged.merge(environment) { $1 }
        let argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
        let environmentPointers = merged.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
        var child: pid_t = 0
        let status = Self.spawning.withLock { _ in
            posix_spawnp(&child, program, &actions, nil, argumentPointers, environmentPointers)
        }
        guard status == 0 else {
            throw Failure(description: "cannot start \(program): \(String(cString: strerror(status)))")
        }
        identifier = child
    }

    deinit { kill() }

    /// Ends it and waits until it is gone.
    func kill(signal: Int32 = SIGKILL) {
        guard exitStatus == nil else { return }
        Glibc.kill(identifier, signal)
        wait()
    }

    /// Waits for its end, and ends it after twenty seconds.
    @discardableResult
    func wait(until limit: ContinuousClock.Instant = .now + .seconds(20)) -> Int32 {
        if let exitStatus { return exitStatus }
        var status: Int32 = 0
        while waitpid(identifier, &status, WNOHANG) == 0 {
            if ContinuousClock.now >= limit { Glibc.kill(identifier, SIGKILL) }
            usleep(1_000)
        }
        exitStatus = status
        return status
    }

    /// Runs a program to its end and gives what it wrote; throws if it takes more than twenty seconds.
    static func output(
        _ program: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> String {
        let ends = try makePipe()
        defer { close(ends[0]) }
        let child = try ChildProcess(program, arguments, environment: environment, inherited: [1: ends[1]])
        close(ends[1])
        let limit = ContinuousClock.now + .seconds(20)
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while isReadable(ends[0], before: limit) {
            let count = read(ends[0], &buffer, buffer.count)
            if count <= 0 { break }
            bytes.append(contentsOf: buffer[0..<count])
        }
        let status = child.wait(until: limit)
        guard status == 0 else { throw Failure(description: "\(program) \(arguments) ended with status \(status)") }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A pipe's reading and writing end, which no child gets unasked: tests run beside each other.
    static func makePipe() throws -> [Int32] {
        try spawning.withLock { _ in
            var ends: [Int32] = [0, 0]
            guard pipe(&ends) == 0 else { throw Failure(description: "no pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            return ends
        }
    }

    /// Waits until there is something to read, or the end; false if neither comes in time.
    static func isReadable(_ descriptor: Int32, before limit: ContinuousClock.Instant) -> Bool {
        var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while ContinuousClock.now < limit {
            if poll(&entry, 1, 100) > 0 { return true }
        }
        return false
    }

    private static let spawning = Mutex(())

    static func isInstalled(_ program: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return path.split(separator: ":").contains { access("\($0)/\(program)", X_OK) == 0 }
    }

    private static var environment: [String: String] {
        var result: [String: String] = [:]
        var entry = environ
        while let pointer = entry.pointee {
            let pair = String(cString: pointer).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { result[String(pair[0])] = String(pair[1]) }
            entry += 1
        }
        return result
    }
}
