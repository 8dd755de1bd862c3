import FileTransfer
import WireFormat

/// What somebody has copied: names and sizes of files, and the folders that they are in. Names are single components that
/// `FileName` lets through, so that none leads out of the folder it is put into.
public struct PasteListing: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public let name: FileName
        /// The folder that it is in, by its place in the list, which is before its own; nil for what was copied itself.
        public let folder: Int?
        /// In bytes; nil for a folder.
        public let size: UInt64?

        public init(name: FileName, folder: Int?, size: UInt64?) {
            self.name = name
            self.folder = folder
            self.size = size
        }
    }

    /// Why an entry is not taken in.
    public enum Fault: Error, Hashable, Sendable {
        case tooMany, tooDeep, tooLarge
        /// Another one of the same folder has the name.
        case nameTaken
        /// It is in no folder of this list.
        case noFolder
    }

    private struct Place: Hashable {
        let folder: Int?
        let name: FileName
    }

    /// Files and folders in one list.
    public static let maximumCount = 10_000
    /// How many folders may be in each other.
    public static let maximumDepth = 16
    /// On the wire.
    static let maximumBytes = 1 << 20

    public private(set) var entries: [Entry] = []
    public private(set) var fileCount = 0
    /// Of all files together.
    public private(set) var byteCount: UInt64 = 0
    private var depths: [Int] = []
    private var places: Set<Place> = []

    public init() {}

    /// - Returns: its place.
    @discardableResult
    public mutating func append(_ entry: Entry) throws(Fault) -> Int {
        guard entries.count < Self.maximumCount else { throw .tooMany }
        var depth = 1
        if let folder = entry.folder {
            guard entries.indices.contains(folder), entries[folder].size == nil else { throw .noFolder }
            depth = depths[folder] + 1
        }
        guard depth <= Self.maximumDepth else { throw .tooDeep }
        let size = entry.size ?? 0
        guard size <= Self.maximumByteCount - byteCount else { throw .tooLarge }
        guard places.insert(Place(folder: entry.folder, name: entry.name)).inserted else { throw .nameTaken }
        entries.append(entry)
        depths.append(depth)
        if entry.size != nil { fileCount += 1 }
        byteCount += size
        return entries.count - 1
    }

    private static let maximumByteCount: UInt64 = 1 << 61

    /// The names that lead to an entry, its own last; none where there is no such entry.
    public func path(of index: Int) -> [FileName] {
        var names: [FileName] = []
        var next: Int? = index
        while let index = next, entries.indices.contains(index) {
            names.append(entries[index].name)
            next = entries[index].folder
        }
        return names.reversed()
    }

    /// What was copied itself.
    public var topNames: [FileName] { entries.filter { $0.folder == nil }.map(\.name) }

    func size(of index: Int) -> UInt64? { entries.indices.contains(index) ? entries[index].size : nil }
}
