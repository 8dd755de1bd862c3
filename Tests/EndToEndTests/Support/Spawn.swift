import Foundation

/// Starts processes.
enum Spawn {
    /// A pipe that no child inherits unasked, be it started by another test at this moment: sockets can be made so.
    static func makePipe() throws(Failure) -> (reading: Int32, writing: Int32) {
        var ends: [Int32] = [0, 0]
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw Failure("no pipe: \(String(cString: strerror(errno)))")
        }
        return (ends[0], ends[1])
    }

    /// - Parameters:
    ///   - environment: what to add to our own, or to replace in it.
    ///   - streams: the descriptors that become the child's, by its numbers; the others of 0, 1 and 2 are /dev/null.
    ///   - group: the process group to join; 0 for one of its own.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String] = [:], streams: [Int32: Int32],
        group: pid_t
    ) throws(Failure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for stream: Int32 in [0, 1, 2] where streams[stream] == nil {
            posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0)
        }
        for (number, descriptor) in streams { posix_spawn_file_actions_adddup2(&actions, descriptor, number) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        setUp(&attributes, group: group)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var child: pid_t = 0
        let code = withCStrings([program] + arguments) { arguments in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawn(&child, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw Failure("cannot start \(program): \(String(cString: strerror(code)))") }
        return child
    }

    /// Signals are as a shell would leave them, whatever the test runner does.
    private static func setUp(_ attributes: inout posix_spawnattr_t, group: pid_t) {
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, group)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
    }

    private static func withCStrings<Result>(
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = texts.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
