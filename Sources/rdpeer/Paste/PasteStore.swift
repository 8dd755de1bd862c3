import FileTransfer
import Glibc
import PeerSession

/// What the disk's thread has of a program's pastes.
struct PasteStore {
    private let sources: PasteSources
    private var files: FileStore<PasteFolder>
    private var directory: PasteDirectory?
    /// The announcements whose folders are there, the newest folder last.
    private var built: [PasteAnnouncement] = []

    /// A program that was given a folder's files may still be copying them when the next ones are pasted.
    private static let keptFolders = 2

    init(isHost: Bool, tokenKey: [UInt8]) {
        sources = PasteSources(isHost: isHost)
        files = FileStore(PasteFolder(sources: sources), tokenKey: tokenKey)
    }

    mutating func perform(_ request: DiskRequest) -> DiskResult? { files.perform(request) }

    /// Files were copied here, and announced.
    ///
    /// - Parameter given: the announcements that the other side may still take files of.
    func give(_ copied: [Int: PasteSource], as number: UInt64, given: Set<UInt64>) {
        sources.copied = sources.copied.filter { given.contains($0.key) }
        sources.copied[number] = copied
    }

    /// From now on what comes goes there.
    mutating func use(_ directory: PasteDirectory) {
        self.directory = directory
        sources.folder = try? DiskFolder(directory.path, makes: false)
    }

    /// The files of these announcements are on their way; what came of others will not be asked for again.
    func keep(_ numbers: Set<UInt64>) {
        directory?.with { folder in
            for name in PasteTree.names(in: folder) {
                guard let paste = PasteName(name), !numbers.contains(paste.number) else { continue }
                PasteTree.remove(name, in: folder)
            }
        }
    }

    /// Puts what has come into folders.
    mutating func build(_ announcement: PasteAnnouncement) -> Bool {
        let isBuilt = directory?.with { PasteTree.build(announcement, isHosts: !sources.isHost, in: $0) } ?? false
        guard isBuilt else {
            directory?.with { PasteTree.remove(PasteTree.folderName(announcement), in: $0) }
            return false
        }
        built.append(announcement)
        // What was announced first, whenever it came, but not what a program is about to be given.
        if built.count > Self.keptFolders, let old = built.dropLast().min(by: { $0.number < $1.number }) {
            built.removeAll { $0.number == old.number }
            directory?.with { PasteTree.remove(PasteTree.folderName(old), in: $0) }
        }
        return true
    }

    /// The session is over.
    mutating func end() {
        files.abandonAll()
        sources.copied = [:]
        sources.folder?.closeFolder()
        sources.folder = nil
        built = []
        directory?.remove()
        directory = nil
    }
}
