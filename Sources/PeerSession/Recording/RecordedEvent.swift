import WireFormat

/// What a session recording says of one moment.
///
/// A recording is a sealed file (`SealedFileHeader` of `SecureChannel`) whose payload is a `RecordingAbout` and whose blocks
/// hold whole events, one after the other; numbers are variable-length integers (RFC 9000 section 16):
///
///     microseconds since the recording began: number    kind: 1 byte    what the kind has:
///     1 sessionBegan    nothing: the picture is empty, numbers of datagrams start anew
///     2 screen          packet number: number    length: number    the datagram's screen content, as it travelled
///     3 cursor          length: number    the pointer's shape, as it travels
///     4 sessionEnded    nothing
///     5 missing         number of datagrams that could not be kept
///
/// The viewer records what it decoded, the host what it sent: replayed, the former is what the viewer saw, the latter what
/// a viewer saw that lost nothing.
public enum RecordedEvent: Hashable, Sendable {
    case sessionBegan
    case screen(packetNumber: UInt64, content: [UInt8])
    case cursor(CursorShape)
    case sessionEnded
    case missing(count: UInt64)

    private enum Kind: UInt8 {
        case sessionBegan = 1
        case screen, cursor, sessionEnded, missing
    }

    /// Appends the event to a block.
    public func append(to block: inout [UInt8], after interval: Interval) {
        switch self {
        case .sessionBegan: Self.append(.sessionBegan, to: &block, after: interval)
        case .screen(let number, let content):
            Self.appendScreen(content.span, packetNumber: number, to: &block, after: interval)
        case .cursor(let shape):
            let bytes = shape.encoded
            Self.append(.cursor, to: &block, after: interval)
            Self.append(UInt64(bytes.count), to: &block)
            block += bytes
        case .sessionEnded: Self.append(.sessionEnded, to: &block, after: interval)
        case .missing(let count):
            Self.append(.missing, to: &block, after: interval)
            Self.append(count, to: &block)
        }
    }

    /// Appends a datagram without a copy of its own.
    static func appendScreen(
        _ content: Span<UInt8>, packetNumber: UInt64, to block: inout [UInt8], after interval: Interval
    ) {
        append(.screen, to: &block, after: interval)
        append(packetNumber, to: &block)
        append(UInt64(content.count), to: &block)
        for index in content.indices { block.append(content[index]) }
    }

    private static func append(_ kind: Kind, to block: inout [UInt8], after interval: Interval) {
        append(UInt64(max(0, interval.nanoseconds) / 1_000), to: &block)
        block.append(kind.rawValue)
    }

    private static func append(_ number: UInt64, to block: inout [UInt8]) {
        block += [UInt8](capacity: 8) { $0.append(varint: number) }
    }

    /// Reads the next event of a block, and when it was.
    @_lifetime(reader: copy reader)
    public static func read(
        from reader: inout ByteReader
    ) throws(RecordingFailure) -> (after: Interval, event: RecordedEvent) {
        guard let microseconds = try? reader.readVarint(),
            microseconds <= UInt64(Interval.longestRecording.nanoseconds / 1_000),
            let code = try? reader.readUInt8(), let kind = Kind(rawValue: code),
            let event = event(of: kind, from: &reader)
        else { throw .malformed }
        return (.microseconds(Int64(microseconds)), event)
    }

    /// The event of a kind; nil if what it has is not there, or makes no sense.
    @_lifetime(reader: copy reader)
    private static func event(of kind: Kind, from reader: inout ByteReader) -> RecordedEvent? {
        switch kind {
        case .sessionBegan: return .sessionBegan
        case .screen:
            guard let number = try? reader.readVarint(), let content = bytes(from: &reader) else { return nil }
            return .screen(packetNumber: number, content: content)
        case .cursor:
            guard let bytes = bytes(from: &reader) else { return nil }
            return CursorShape(decoding: bytes.span).map { .cursor($0) }
        case .sessionEnded: return .sessionEnded
        case .missing: return (try? reader.readVarint()).map { .missing(count: $0) }
        }
    }

    @_lifetime(reader: copy reader)
    private static func bytes(from reader: inout ByteReader) -> [UInt8]? {
        guard let count = try? reader.readVarint() else { return nil }
        return try? reader.read(count: Int(clamping: count)).copied()
    }
}

extension Interval {
    /// A year: what says it lasted longer is no recording.
    static let longestRecording = Interval.seconds(366 * 86_400)
}
