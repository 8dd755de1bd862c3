import FileTransfer
import PeerSession

/// What a session's pastes have to do with this machine: the files that were copied here, and the folder for those that were
/// copied on the other side. Belongs to the disk's thread.
final class PasteSources {
    let isHost: Bool
    /// By the announcement's number, and the place in it.
    var copied: [UInt64: [Int: PasteSource]] = [:]
    /// Nil before anything was announced.
    var folder: DiskFolder?

    init(isHost: Bool) { self.isHost = isHost }

    func source(of name: String) -> PasteSource? {
        guard let name = PasteName(name), name.isHosts == isHost else { return nil }
        return copied[name.number]?[name.index]
    }
}
