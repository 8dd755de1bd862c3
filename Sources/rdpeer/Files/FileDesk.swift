import FileTransfer
import NetworkIO
import PeerSession
import WireFormat

/// A program's files: passes what sessions want of the disk to the worker, and tells people and programs what became of them.
final class FileDesk {
    private let reporter: Reporter
    private let worker: DiskThread<FileStore<DiskFolder>>
    private let deliver: @Sendable (DiskResult, Int) -> Void
    /// Counts sessions, so that what the disk did for one is not told to the next.
    private(set) var session = 0
    private var beganAt: [TransferIdentifier: Instant] = [:]
    private(set) var storedCount = 0
    private(set) var failedCount = 0

    init<Peer: DrivenPeer>(
        _ folder: DiskFolder, tokenKey: [UInt8], driver: PeerLoop<Peer>, reporter: Reporter
    ) throws(SystemFailure) {
        self.reporter = reporter
        let mailbox = driver.loop.mailbox
        worker = try DiskThread { FileStore(folder, tokenKey: tokenKey) }
        deliver = { result, session in mailbox.postWaiting { $0.machine.diskFinished(result, session: session) } }
    }

    /// A session begins.
    func begin() {
        session += 1
        beganAt = [:]
        worker.perform { $0.abandonAll() }
    }

    private func perform(_ request: DiskRequest) {
        let (session, deliver) = (session, deliver)
        worker.perform { store in
            if let result = store.perform(request) { deliver(result, session) }
        }
    }

    func handle(_ event: TransferEvent, at now: Instant) {
        switch event {
        case .disk(let request): perform(request)
        case .began(let file):
            beganAt[file.identifier] = now
            reporter.fileBegan(file)
        case .stored(let file, let name):
            storedCount += 1
            let interval = beganAt.removeValue(forKey: file.identifier).map { now - $0 }
            reporter.fileStored(file, as: name, after: interval)
        case .failed(let file, let failure):
            failedCount += 1
            beganAt[file.identifier] = nil
            reporter.fileFailed(file, failure)
        }
    }
}
