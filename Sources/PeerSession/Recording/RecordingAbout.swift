import WireFormat

/// What a recording says of itself: a version, which side wrote it, and when it began.
public struct RecordingAbout: Hashable, Sendable {
    public enum Side: UInt8, Hashable, Sendable {
        /// What was sent.
        case host = 1
        /// What was seen.
        case viewer = 2
    }

    public var side: Side
    /// By the writer's clock, in milliseconds since 1970-01-01 00:00 UTC.
    public var beganAtMilliseconds: UInt64

    private static let version: UInt8 = 1

    public init(side: Side, beganAtMilliseconds: UInt64) {
        self.side = side
        self.beganAtMilliseconds = beganAtMilliseconds
    }

    public var encoded: [UInt8] {
        [UInt8](capacity: 10) { output in
            output.append(Self.version)
            output.append(side.rawValue)
            output.append(bigEndian: beganAtMilliseconds)
        }
    }

    /// What follows the fields of this version is left for later ones.
    public init(decoding bytes: Span<UInt8>) throws(RecordingFailure) {
        var reader = ByteReader(bytes)
        guard let version = try? reader.readUInt8() else { throw .malformed }
        guard version == Self.version else { throw .otherVersion }
        guard let code = try? reader.readUInt8(), let side = Side(rawValue: code),
            let milliseconds = try? reader.readUInt64()
        else { throw .malformed }
        self.init(side: side, beganAtMilliseconds: milliseconds)
    }
}
