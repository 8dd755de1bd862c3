import FileTransfer
import WireFormat

/// A list of what was copied, as it goes to the other side. Nothing of the files themselves goes along.
///
/// On the wire a number, one more than the one before, and the entries: of each the folder's place and one, or 0; the size
/// and one, or 0 for a folder; the name's length (all of these variable-length integers) and the name.
public struct PasteAnnouncement: Hashable, Sendable {
    public let number: UInt64
    public let listing: PasteListing

    public init(number: UInt64, listing: PasteListing) {
        self.number = number
        self.listing = listing
    }

    package var encoded: [UInt8] {
        let bytes = listing.entries.reduce(8) { $0 + $1.name.text.utf8.count + 20 }
        return [UInt8](capacity: bytes) { output in
            output.append(varint: number)
            for entry in listing.entries {
                output.append(varint: entry.folder.map { UInt64($0) + 1 } ?? 0)
                output.append(varint: entry.size.map { $0 + 1 } ?? 0)
                let name = Array(entry.name.text.utf8)
                output.append(varint: UInt64(name.count))
                output.append(contentsOf: name.span)
            }
        }
    }

    /// - Returns: nil for what makes no sense, has a name that no file may have, or is more than is taken.
    package init?(decoding bytes: Span<UInt8>, limits: PasteLimits) {
        var reader = ByteReader(bytes)
        guard let number = try? reader.readVarint() else { return nil }
        var listing = PasteListing()
        while reader.remaining > 0 {
            guard let folder = try? reader.readVarint(), let size = try? reader.readVarint(),
                let length = try? reader.readVarint(), length <= UInt64(FileName.maximumBytes),
                let bytes = try? reader.read(count: Int(length)).copied(),
                let name = String(validating: bytes, as: UTF8.self).flatMap({ FileName($0) })
            else { return nil }
            let entry = PasteListing.Entry(
                name: name, folder: folder > 0 ? Int(folder - 1) : nil, size: size > 0 ? size - 1 : nil)
            guard (try? listing.append(entry)) != nil, limits.allows(listing) else { return nil }
        }
        guard !listing.entries.isEmpty else { return nil }
        self.init(number: number, listing: listing)
    }
}
