import FileTransfer
import PeerSession
import WireFormat

/// Files that the viewer sends or fetches.
extension ViewerProgram {
    func handle(_ event: TransferEvent) {
        files?.handle(event, at: driver.now)
        switch event {
        case .stored, .failed: moveFiles()
        case .disk, .began: break
        }
    }

    /// Begins what there is room for; ends the session when all is done, if it is for that alone.
    func moveFiles() {
        guard let task = settings.files, meter.pair != nil, ending == nil else { return }
        while let item = waitingFiles.first, driver.peer.session.files.hasRoom {
            let begun =
                switch item {
                case .send(let path): driver.peer.sendFile(path, at: driver.now)
                case .get(let name): driver.peer.requestFile(name, at: driver.now)
                }
            guard begun != nil else { break }
            waitingFiles.removeFirst()
        }
        if task.isAll, waitingFiles.isEmpty, driver.peer.session.files.isIdle { close() }
    }

    /// Tells how far files are.
    ///
    /// - Returns: what the status line says of it.
    func tellProgress() -> String? {
        let pasted = pastes?.tellProgress()
        return reporter.fileProgress(driver.peer.session.files.progress) ?? pasted
    }

    /// Whether something of the task was not done.
    var areFilesMissing: Bool {
        guard let task = settings.files else { return false }
        return (files?.storedCount ?? 0) < task.items.count
    }
}
