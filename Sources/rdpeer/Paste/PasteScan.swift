import FileTransfer
import Glibc
import PeerSession

/// Looks at what was copied: names and sizes of files, those in folders too, without reading any.
///
/// What was copied itself may be a link, for its owner named it. In folders links are not followed; they are left out, and
/// so are devices and the like, what cannot be read, and what has a name that the other side does not take.
struct PasteScan: Sendable {
    /// Why nothing of it is announced.
    enum Refusal: Hashable, Sendable {
        case tooMany(limit: Int)
        case tooLarge(limit: UInt64)
        case tooDeep
    }

    private(set) var listing = PasteListing()
    /// By their places in the list.
    private(set) var sources: [Int: PasteSource] = [:]
    /// What was left out, the first few by their paths.
    private(set) var leftOutCount = 0
    private(set) var leftOut: [String] = []
    private(set) var refusal: Refusal?
    private let limits: PasteLimits
    /// The names of what was copied itself.
    private var topNames: Set<FileName> = []

    private static let namedLeftOut = 5

    init(_ list: URIList, limits: PasteLimits) {
        self.limits = limits
        leftOutCount = list.otherCount
        if list.isCut { refusal = .tooMany(limit: Int(limits.countLimit)) }
        for path in list.paths where refusal == nil { addTop(path) }
    }

    private mutating func leaveOut(_ path: String) {
        leftOutCount += 1
        if leftOut.count < Self.namedLeftOut { leftOut.append(path) }
    }

    /// Two things that were copied in different folders may have one name.
    private mutating func addTop(_ path: String) {
        guard let name = path.split(separator: "/").last.flatMap({ FileName(String($0)) }) else {
            return leaveOut(path)
        }
        let free = topNames.contains(name) ? (1..<100).lazy.map(name.numbered).first { !topNames.contains($0) } : name
        guard let free, FileName(free.text) != nil else { return leaveOut(path) }
        add(PastePlace(path: path), free, in: nil)
    }

    private mutating func add(_ place: PastePlace, _ name: FileName, in folder: Int?) {
        let path = place.path
        guard let status = place.status else { return leaveOut(path) }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        guard isFolder || status.st_mode & S_IFMT == S_IFREG, place.isReadable else { return leaveOut(path) }
        let known = DiskFolder.fileStatus(status)
        let entry = PasteListing.Entry(name: name, folder: folder, size: isFolder ? nil : known.size)
        do {
            let index = try listing.append(entry)
            if folder == nil { topNames.insert(name) }
            if !isFolder { sources[index] = PasteSource(path: path, isInFolder: folder != nil, status: known) }
            checkLimits()
            if isFolder, refusal == nil { addContents(of: place, index) }
        } catch {
            switch error {
            case .tooMany: refusal = .tooMany(limit: Int(limits.countLimit))
            case .tooLarge: refusal = .tooLarge(limit: limits.byteLimit)
            case .tooDeep: refusal = .tooDeep
            case .nameTaken, .noFolder: leaveOut(path)
            }
        }
    }

    private mutating func checkLimits() {
        if listing.byteCount > limits.byteLimit { refusal = .tooLarge(limit: limits.byteLimit) }
        if listing.entries.count > Int(limits.countLimit) { refusal = .tooMany(limit: Int(limits.countLimit)) }
    }

    private mutating func addContents(of place: PastePlace, _ index: Int) {
        let folder = place.openFolder()
        guard folder >= 0 else { return leaveOut(place.path) }
        defer { close(folder) }
        guard let names = Self.names(in: folder) else { return leaveOut(place.path) }
        if names.count > PasteListing.maximumCount { refusal = .tooMany(limit: Int(limits.countLimit)) }
        for name in names where refusal == nil {
            let inner = "\(place.path)/\(name ?? "?")"
            guard let name, let safe = FileName(name) else {
                leaveOut(inner)
                continue
            }
            add(PastePlace(path: inner, name: name, in: folder), safe, in: index)
        }
    }

    /// In their order; nil for one that is no text.
    private static func names(in folder: Int32) -> [String?]? {
        // No more are looked at than could be taken.
        let names = FolderNames.read(folder, atMost: PasteListing.maximumCount + 1)
        return names?.map { String(validating: $0, as: UTF8.self) }.sorted { $0 ?? "" < $1 ?? "" }
    }
}
