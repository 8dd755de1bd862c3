import WireFormat

/// What the two ends tell each other in order and for certain, on the control stream.
///
/// Each message is framed by its length (variable-length integer) and named by its first byte. A name this
/// version does not know is skipped, so that a newer peer may say more.
public enum ControlMessage: Hashable, Sendable {
    /// More of the sender's ICE candidates, in ICE's own encoding.
    case candidates([UInt8])
    /// The shape of the host's pointer.
    case cursor(CursorShape)
    /// Whether the host takes input from this viewer.
    case inputPolicy(isViewOnly: Bool)
    /// What the two ICE agents have to tell each other about hard NATs, in ICE's own encoding.
    case traversal([UInt8])

    /// What the sender takes for its clipboard.
    case clipboard(ClipboardOffer)

    /// What the sender takes of files that are copied.
    case paste(PasteLimits)

    /// Whether the viewer looks, or is here for files alone.
    case screen(isWanted: Bool)

    /// How long the host lets the session take.
    case timeLimit(seconds: UInt32)

    /// The host records the session.
    case recorded

    /// The most bytes a message may take; the largest is a pointer shape.
    public static let maximumSize = 16 + CursorShape.maximumSide * CursorShape.maximumSide * 4

    private enum Tag: UInt8 {
        case candidates = 1
        case cursor, inputPolicy, traversal, clipboard
        case screen = 16
        case timeLimit = 17
        case recorded = 18
        case paste = 19
    }

    /// The message with its length in front.
    public var framed: [UInt8] {
        let body = encodedBody
        return [UInt8](capacity: body.count + 8) { output in
            output.append(varint: UInt64(body.count))
            output.append(contentsOf: body.span)
        }
    }

    private var encodedBody: [UInt8] {
        switch self {
        case .candidates(let bytes): [Tag.candidates.rawValue] + bytes
        case .cursor(let shape): [Tag.cursor.rawValue] + shape.encoded
        case .inputPolicy(let isViewOnly): [Tag.inputPolicy.rawValue, isViewOnly ? 1 : 0]
        case .traversal(let bytes): [Tag.traversal.rawValue] + bytes
        case .screen(let isWanted): [Tag.screen.rawValue, isWanted ? 1 : 0]
        case .recorded: [Tag.recorded.rawValue]
        case .timeLimit(let seconds):
            [UInt8](capacity: 5) { output in
                output.append(Tag.timeLimit.rawValue)
                output.append(bigEndian: seconds)
            }
        case .paste(let limits):
            [UInt8](capacity: 13) { output in
                output.append(Tag.paste.rawValue)
                output.append(bigEndian: limits.byteLimit)
                output.append(bigEndian: limits.countLimit)
            }
        case .clipboard(let offer):
            [UInt8](capacity: 6) { output in
                output.append(Tag.clipboard.rawValue)
                output.append(offer.bits)
                output.append(bigEndian: offer.byteLimit)
            }
        }
    }

    /// Decodes one message without its length.
    ///
    /// - Returns: nil for a message of a later version.
    public static func decode(_ body: Span<UInt8>) throws(ControlFailure) -> ControlMessage? {
        guard body.count > 0 else { throw .malformed }
        let rest = body.extracting(1..<body.count)
        switch Tag(rawValue: body[0]) {
        case .candidates: return .candidates(rest.copied())
        case .cursor:
            guard let shape = CursorShape(decoding: rest) else { throw .malformed }
            return .cursor(shape)
        case .inputPolicy:
            guard rest.count == 1, rest[0] <= 1 else { throw .malformed }
            return .inputPolicy(isViewOnly: rest[0] == 1)
        case .traversal: return .traversal(rest.copied())
        case .screen:
            guard rest.count == 1, rest[0] <= 1 else { throw .malformed }
            return .screen(isWanted: rest[0] == 1)
        case .recorded:
            guard rest.count == 0 else { throw .malformed }
            return .recorded
        case .timeLimit:
            var reader = ByteReader(rest)
            guard rest.count == 4, let seconds = try? reader.readUInt32() else { throw .malformed }
            return .timeLimit(seconds: seconds)
        case .paste:
            var reader = ByteReader(rest)
            guard rest.count == 12, let bytes = try? reader.readUInt64(), let count = try? reader.readUInt32() else {
                throw .malformed
            }
            return .paste(PasteLimits(byteLimit: bytes, countLimit: count))
        case .clipboard:
            var reader = ByteReader(rest)
            guard rest.count == 5, let bits = try? reader.readUInt8(), let limit = try? reader.readUInt32() else {
                throw .malformed
            }
            return .clipboard(ClipboardOffer(bits: bits, byteLimit: limit))
        case nil: return nil
        }
    }
}
