import WireFormat

/// Does what a machine of `FileTransfers` wants of the disk: on whatever thread its owner likes, one request at a time.
///
/// A file that is received is written under a hidden name of its own (`.beeline-….part`), checked, synced, given its name
/// without replacing anything, and the folder synced; only then is it `stored`. What arrived of a file that was not
/// finished stays under the hidden name. It is found again by the offer's token, so that nobody is told of what somebody
/// else has sent. Where a sync fails the part is thrown away: the system may hold for clean what never reached the disk.
public struct FileStore<System: FileSystem> {
    public internal(set) var system: System
    var sources: [TransferIdentifier: Source] = [:]
    var parts: [TransferIdentifier: Part] = [:]
    /// What was stored lately: the same file, sent again, is there already.
    var remembered: [Remembered] = []
    /// The folder was read for unfinished files and this store has left none there since: a folder of thousands is not
    /// read again for each file.
    var hasMadeRoom = false
    /// Secret, the same in every run.
    let tokenKey: [UInt8]

    /// A file that is sent.
    struct Source {
        let file: System.File
        let status: FileStatus
        var offset: UInt64 = 0
        var checksum = ChecksumState()
    }

    /// A file that is received.
    struct Part {
        let file: System.File
        let name: FileName
        let size: UInt64
        let token: [UInt8]?
        /// The file has its name already: nothing is written, unless the sender says that its own is another.
        var isPresent: Bool
        /// Bytes that are there and in the checksum.
        var offset: UInt64 = 0
        var syncedOffset: UInt64 = 0
        var checksum = ChecksumState()
    }

    struct Remembered: Hashable {
        let token: [UInt8]
        let name: FileName
    }

    /// In front of the names of files that are not finished.
    public static var partPrefix: String { ".beeline-" }
    /// Unfinished files that are kept; the oldest make room.
    public static var maximumParts: Int { 32 }
    static var maximumRemembered: Int { 256 }
    /// How many bytes may wait for the disk: what a loss of power takes of a file, and how long its last sync is.
    static var syncBytes: UInt64 { 64 << 20 }
    /// A disk is not filled to its last bytes by what comes from elsewhere.
    public static var reservedBytes: UInt64 { 64 << 20 }
    static var blockBytes: Int { 256 << 10 }

    /// - Parameter tokenKey: secret bytes, the same in every run of this machine's programs.
    public init(_ system: System, tokenKey: [UInt8]) {
        self.system = system
        self.tokenKey = tokenKey
    }

    /// Performs a request.
    ///
    /// - Returns: nil where nobody waits for an answer.
    public mutating func perform(_ request: DiskRequest) -> DiskResult? {
        do throws(TransferFailure) {
            switch request {
            case .open(let identifier, let source): return .opened(identifier, try open(identifier, source))
            case .compare(let identifier, let prefix):
                return .compared(identifier, isEqual: try compare(identifier, prefix))
            case .read(let identifier, let count):
                let (bytes, checksum) = try read(identifier, count)
                return .read(identifier, bytes, checksum)
            case .prepare(let identifier, let name, let size, let token):
                return .prepared(identifier, try prepare(identifier, name, size, token))
            case .restart(let identifier):
                try restart(identifier)
                return nil
            case .write(let identifier, let bytes):
                try write(identifier, bytes)
                return .written(identifier, count: bytes.count, nil)
            case .commit(let identifier, let checksum): return .stored(identifier, try commit(identifier, checksum))
            case .abandon(let identifier):
                abandon(identifier)
                return nil
            }
        } catch {
            abandon(request.identifier)
            if case .write(let identifier, let bytes) = request {
                return .written(identifier, count: bytes.count, error)
            }
            return .failed(request.identifier, error)
        }
    }

    /// Closes everything, as at the end of a session.
    public mutating func abandonAll() {
        for identifier in Array(sources.keys) + Array(parts.keys) { abandon(identifier) }
    }

    private mutating func abandon(_ identifier: TransferIdentifier) {
        // Something may be left.
        hasMadeRoom = false
        if let source = sources.removeValue(forKey: identifier) { system.close(source.file) }
        guard let part = parts.removeValue(forKey: identifier) else { return }
        // An empty file is no use to anybody.
        if !part.isPresent, (try? system.status(of: part.file))?.size == 0 { try? system.remove(Self.partName(part)) }
        system.close(part.file)
    }

    /// Runs an operation of the file system; its fault becomes the transfer's failure.
    mutating func attempt<Value>(
        _ body: (inout System) throws(DiskFault) -> Value
    ) throws(TransferFailure) -> Value {
        do throws(DiskFault) { return try body(&system) } catch { throw error.transferFailure }
    }

    static func partName(_ part: Part) -> String { partName(part.name, part.size, part.token) }

    static func partName(_ name: FileName, _ size: UInt64, _ token: [UInt8]?) -> String {
        let state = ChecksumState()
        let head = [UInt8](capacity: 9) { output in
            output.append(bigEndian: size)
            output.append(token == nil ? 0 : 1)
        }
        for piece in [head, token ?? [], Array(name.text.utf8)] { state.update(piece.span) }
        return partPrefix + state.checksum.text(bytes: 12) + ".part"
    }
}

extension DiskRequest {
    var identifier: TransferIdentifier {
        switch self {
        case .open(let identifier, _), .compare(let identifier, _), .read(let identifier, _),
            .prepare(let identifier, _, _, _), .restart(let identifier), .write(let identifier, _),
            .commit(let identifier, _), .abandon(let identifier):
            identifier
        }
    }
}
