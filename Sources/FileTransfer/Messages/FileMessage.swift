import WireFormat

/// What two sides say to each other about files, in order and for certain, on a stream beside that of the content.
///
/// Each message is framed by its length (variable-length integer) and named by its first byte; the transfer's number
/// follows. A name that this version does not know is skipped, so that a newer peer may say more.
public enum FileMessage: Hashable, Sendable {
    /// Offer me the file of this name.
    case request(TransferIdentifier, name: String)
    /// This file is there for you, asked for or not.
    case offer(TransferIdentifier, FileOffer)
    /// I have read what you want; an answer follows when the disk has given it.
    case working(TransferIdentifier)
    /// Send it; this much of it I have.
    case accept(TransferIdentifier, HeldPrefix?)
    /// The file is on my disk, under this name, and will be after a loss of power.
    case stored(TransferIdentifier, name: String)
    /// Nothing comes of it.
    case failed(TransferIdentifier, TransferFailure)

    /// The most bytes a message may take.
    public static let maximumSize = 1_024
    /// Longer names are not decoded; those that are taken are shorter.
    static let maximumNameBytes = 512

    private enum Tag: UInt8 {
        case request = 1
        case offer, working, accept, stored, failed
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
        case .request(let identifier, let name): Self.body(.request, identifier, Array(name.utf8))
        case .offer(let identifier, let offer): Self.body(.offer, identifier, offer.encoded)
        case .working(let identifier): Self.body(.working, identifier, [])
        case .accept(let identifier, let prefix): Self.body(.accept, identifier, prefix?.encoded ?? [])
        case .stored(let identifier, let name): Self.body(.stored, identifier, Array(name.utf8))
        case .failed(let identifier, let failure): Self.body(.failed, identifier, [failure.rawValue])
        }
    }

    private static func body(_ tag: Tag, _ identifier: TransferIdentifier, _ rest: [UInt8]) -> [UInt8] {
        [UInt8](capacity: rest.count + 9) { output in
            output.append(tag.rawValue)
            output.append(varint: identifier.rawValue)
            output.append(contentsOf: rest.span)
        }
    }

    /// Decodes one message without its length.
    ///
    /// - Returns: nil for a message of a later version.
    public static func decode(_ body: Span<UInt8>) throws(StreamFault) -> FileMessage? {
        guard body.count > 0 else { throw .malformed }
        guard let tag = Tag(rawValue: body[0]) else { return nil }
        var reader = ByteReader(body.extracting(1..<body.count))
        guard let number = try? reader.readVarint(), let identifier = TransferIdentifier(number) else {
            throw .malformed
        }
        return try decode(tag, identifier, reader.rest)
    }

    private static func decode(
        _ tag: Tag, _ identifier: TransferIdentifier, _ rest: Span<UInt8>
    ) throws(StreamFault) -> FileMessage {
        switch tag {
        case .request: return .request(identifier, name: try name(rest))
        case .offer: return .offer(identifier, try FileOffer(decoding: rest))
        case .working:
            guard rest.isEmpty else { throw .malformed }
            return .working(identifier)
        case .accept: return .accept(identifier, rest.isEmpty ? nil : try HeldPrefix(decoding: rest))
        case .stored: return .stored(identifier, name: try name(rest))
        case .failed:
            guard rest.count == 1 else { throw .malformed }
            return .failed(identifier, TransferFailure(rawValue: rest[0]) ?? .other)
        }
    }

    static func name(_ bytes: Span<UInt8>) throws(StreamFault) -> String {
        guard bytes.count <= maximumNameBytes, let name = String(validating: bytes.copied(), as: UTF8.self) else {
            throw .malformed
        }
        return name
    }
}
