import WireFormat

/// A file that one side has for the other.
public struct FileOffer: Hashable, Sendable {
    /// The length of a token in bytes.
    public static let tokenCount = 16

    public let name: String
    /// In bytes.
    public let size: UInt64
    /// The same whenever the same machine offers the same file as it is now, and known to nobody else: what was received
    /// under it goes on under it, and is told to nobody else. It says nothing of the file or the machine; but who is offered
    /// one file twice, by whatever code, sees that it is the same.
    public let token: [UInt8]

    public init(name: String, size: UInt64, token: [UInt8]) {
        self.name = name
        self.size = size
        self.token = token
    }

    var encoded: [UInt8] {
        let name = Array(name.utf8)
        return [UInt8](capacity: name.count + Self.tokenCount + 8) { output in
            output.append(varint: size)
            output.append(contentsOf: token.span)
            output.append(contentsOf: name.span)
        }
    }

    init(decoding bytes: Span<UInt8>) throws(StreamFault) {
        var reader = ByteReader(bytes)
        guard let size = try? reader.readVarint(), let token = try? reader.read(count: Self.tokenCount).copied() else {
            throw .malformed
        }
        self.init(name: try FileMessage.name(reader.rest), size: size, token: token)
    }
}
