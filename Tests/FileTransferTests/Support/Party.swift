import FileTransfer
import SimulatedDisk
import WireFormat

/// One side: a machine, its store, and what waits between them.
struct Party {
    var machine: FileTransfers
    var store: FileStore<MemorySystem>
    var requests: [DiskRequest] = []
    var results: [DiskResult] = []
    private(set) var began: [FileProgress] = []
    private(set) var stored: [String] = []
    private(set) var failures: [TransferFailure] = []
    /// Bytes of files and their heads that went into the content stream.
    var contentBytes = 0
    /// What the disk had been asked when `stored` was told.
    private(set) var logs: [[MemoryDisk.Operation]] = []

    init(isHost: Bool, policy: FilePolicy, disk: MemoryDisk) {
        machine = FileTransfers(isHost: isHost, policy: policy)
        store = FileStore(MemorySystem(disk), tokenKey: [isHost ? 1 : 0])
    }

    mutating func drain() {
        while let event = machine.pollEvent() {
            switch event {
            case .disk(let request): requests.append(request)
            case .began(let progress): began.append(progress)
            case .stored(_, let name):
                stored.append(name)
                logs.append(store.system.disk.log)
            case .failed(_, let failure): failures.append(failure)
            }
        }
    }

    /// Lets the disk do one thing.
    mutating func work() {
        guard !requests.isEmpty else { return }
        if let result = store.perform(requests.removeFirst()) { results.append(result) }
    }

    mutating func deliver(at now: Instant) {
        guard !results.isEmpty else { return }
        machine.diskFinished(results.removeFirst(), at: now)
    }
}
