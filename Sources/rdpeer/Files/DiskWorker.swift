import CLinux
import FileTransfer
import Glibc
import NetworkIO
import Synchronization

/// Does on a thread of its own what sessions want of the disk, in order: a slow disk holds up no screen.
final class DiskWorker: Sendable {
    private enum Job {
        /// Of a session, by its number among the program's.
        case request(DiskRequest, session: Int)
        /// A session is over: what it left open is closed.
        case end
    }

    private let jobs = Mutex<[Job]>([])
    private let bell: Int32

    /// - Parameters:
    ///   - tokenKey: as `FileStore` has it.
    ///   - deliver: called on the worker's thread, with the session's number.
    init(
        _ folder: DiskFolder, tokenKey: [UInt8], deliver: @escaping @Sendable (DiskResult, Int) -> Void
    ) throws(SystemFailure) {
        bell = eventfd(0, Int32(EFD_CLOEXEC))
        guard bell >= 0 else { throw SystemFailure("eventfd") }
        _ = try WorkerThread(named: "disk", isDetached: true) { [self] in
            var store = FileStore(folder, tokenKey: tokenKey)
            while true {
                for job in takeJobs() {
                    switch job {
                    case .request(let request, let session):
                        if let result = store.perform(request) { deliver(result, session) }
                    case .end: store.abandonAll()
                    }
                }
            }
        }
    }

    func perform(_ request: DiskRequest, session: Int) { post(.request(request, session: session)) }

    func end() { post(.end) }

    private func post(_ job: Job) {
        jobs.withLock { $0.append(job) }
        var one: UInt64 = 1
        _ = write(bell, &one, 8)
    }

    /// Waits for some.
    private func takeJobs() -> [Job] {
        var count: UInt64 = 0
        _ = read(bell, &count, 8)
        return jobs.withLock { jobs in
            defer { jobs = [] }
            return jobs
        }
    }
}
