import WireFormat

/// What a server's policy asks of a session.
///
/// A server is not trusted with it: each peer holds itself to these terms and to its own, so that a server can make a
/// session less than its peers allow, and never more.
public struct SessionTerms: Hashable, Sendable {
    /// Which way the session's data may go.
    public enum Way: UInt8, Hashable, Sendable, CaseIterable {
        case any = 0
        case relayOnly = 1
        case directOnly = 2
    }

    public var way: Way
    /// The host records, or there is no session.
    public var isRecorded: Bool
    /// From the first path on, in whole seconds; nil for as long as both like.
    public var timeLimit: Interval?

    public init(way: Way = .any, isRecorded: Bool = false, timeLimit: Interval? = nil) {
        self.way = way
        self.isRecorded = isRecorded
        self.timeLimit = timeLimit
    }

    /// Whether they ask for nothing.
    public var isEmpty: Bool { self == SessionTerms() }

    private static let recordedBit: UInt8 = 4
    private static let limitBit: UInt8 = 8

    /// As they travel: a byte of what there is, then the seconds, if they are limited.
    public var encoded: [UInt8] {
        let seconds = timeLimit.map { UInt32(clamping: max(1, $0.nanoseconds / 1_000_000_000)) }
        let first = way.rawValue | (isRecorded ? Self.recordedBit : 0) | (seconds == nil ? 0 : Self.limitBit)
        guard let seconds else { return [first] }
        return [first] + (0..<4).map { UInt8(truncatingIfNeeded: seconds >> UInt32(24 - 8 * $0)) }
    }

    /// Reads terms. Who does not understand one of them must not have the session: a bit of a later version is malformed.
    @_lifetime(reader: copy reader)
    init(from reader: inout MessageReader) throws(SignalingFailure) {
        let first = try reader.readUInt8()
        guard let way = Way(rawValue: first & 3), first & ~(3 | Self.recordedBit | Self.limitBit) == 0 else {
            throw .malformed
        }
        self.init(way: way, isRecorded: first & Self.recordedBit != 0)
        guard first & Self.limitBit != 0 else { return }
        let seconds = try reader.readUInt32()
        guard seconds > 0 else { throw .malformed }
        timeLimit = .seconds(Int64(seconds))
    }

    /// Terms alone, as in a ticket; nil if the bytes are none, or more.
    public init?(decoding bytes: Span<UInt8>) {
        var reader = MessageReader(bytes)
        guard let terms = try? SessionTerms(from: &reader), reader.isAtEnd else { return nil }
        self = terms
    }
}
