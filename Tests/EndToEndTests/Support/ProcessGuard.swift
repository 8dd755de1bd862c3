import Foundation

/// Ends every process that the tests started, when the tests themselves end in whatever way.
///
/// A shell leads the process group that all children are put into, and kills it as soon as the pipe from this process
/// to it closes: the kernel closes it even after SIGKILL.
final class ProcessGuard: Sendable {
    static let shared: Result<ProcessGuard, Failure> = Result { () throws(Failure) in try ProcessGuard() }

    let group: pid_t
    /// Never written to.
    private let lifeline: Int32

    private init() throws(Failure) {
        let pipe = try Spawn.makePipe()
        lifeline = pipe.writing
        defer { close(pipe.reading) }
        group = try Spawn.start(
            "/bin/sh", ["-c", "while read -r line; do :; done; kill -KILL 0"], streams: [0: pipe.reading], group: 0)
    }
}
