import Glibc
import NetworkIO
import PeerSession

/// What the owner of a host wants done when a viewer is gone for good, such as locking the screen.
struct LockCommand {
    /// For `sh`.
    let text: String

    /// Whether a session that ended so leaves the machine to whoever stands before it.
    ///
    /// - Parameter isUnattended: nobody is known to be here, so that the end of the host's program is one, too.
    static func isDue(after end: SessionEnd, isUnattended: Bool) -> Bool {
        switch end {
        // Another viewer has the place.
        case .superseded: false
        case .closed: isUnattended
        case .closedByPeer, .unreachable, .timedOut, .timeIsOver, .protocolFailure, .wrongCode, .refusedByServer: true
        }
    }

    /// Starts it and does not wait; it outlives this program.
    ///
    /// - Parameter completion: told on a thread of its own how it ended, as `wait` tells it.
    func start(after end: SessionEnd, completion: @escaping @Sendable (Int32) -> Void) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        // Our standard output belongs to whoever reads our events.
        posix_spawn_file_actions_adddup2(&actions, 2, 1)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        ChildProcess.set(&attributes, group: 0)
        var child: pid_t = 0
        let code = ChildProcess.withCStrings(["sh", "-c", text]) { arguments in
            ChildProcess.withCStrings(ChildProcess.environment(with: ["BEELINE_END": end.name])) { variables in
                posix_spawn(&child, "/bin/sh", &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw FileFault(path: "/bin/sh", cannot: "start", code: code) }
        let started = child
        _ = try WorkerThread(named: "lock", isDetached: true) {
            var status: Int32 = 0
            while waitpid(started, &status, 0) < 0, errno == EINTR {}
            completion(status)
        }
    }
}
