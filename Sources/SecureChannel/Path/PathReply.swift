import WireFormat

/// What a host sends back for an initiation. Each names the initiation, and none is longer than it.
///
///     0xC2, identifier, message                  the handshake's second message
///     0xC0, identifier, 1, 16 bytes of cookie    come again with this cookie
///     0xC0, identifier, 2                        the initiation was made for another host key
///     0xC0, identifier, 3, 2 bytes               the host speaks this version
///
/// Those that begin with 0xC0 are notices: anyone who saw the initiation could have written them, so they end nothing.
struct PathReply {
    enum Content: Hashable {
        case answer([UInt8])
        case cookie([UInt8])
        case otherKey
        case otherVersion(UInt16)
    }

    /// The longest second message.
    static let maximumAnswerCount = InitiationDatagram.size - 1 - InitiationIdentifier.count

    let identifier: InitiationIdentifier
    let content: Content

    init(_ identifier: InitiationIdentifier, _ content: Content) {
        self.identifier = identifier
        self.content = content
    }

    /// - Returns: nil if the datagram is none.
    init?(_ datagram: Span<UInt8>) {
        guard (1...InitiationDatagram.size).contains(datagram.count), let kind = DatagramKind(firstByte: datagram[0])
        else { return nil }
        var reader = ByteReader(datagram.extracting(1..<datagram.count))
        guard let identifier = try? InitiationIdentifier(from: &reader) else { return nil }
        switch kind {
        case .handshake(message: 2): self.init(identifier, .answer(reader.rest.copied()))
        case .notice:
            guard let content = Self.notice(from: &reader), reader.remaining == 0 else { return nil }
            self.init(identifier, content)
        case .record, .handshake: return nil
        }
    }

    private static func notice(from reader: inout ByteReader) -> Content? {
        switch try? reader.readUInt8() {
        case 1: (try? reader.read(count: StatelessCookie.count).copied()).map { .cookie($0) }
        case 2: .otherKey
        case 3: (try? reader.readUInt16()).map { .otherVersion($0) }
        default: nil
        }
    }

    var bytes: [UInt8] {
        [UInt8](capacity: InitiationDatagram.size) { output in
            output.append(kind.firstByte)
            identifier.write(into: &output)
            switch content {
            case .answer(let message): output.append(contentsOf: message.span)
            case .cookie(let cookie):
                output.append(1)
                output.append(contentsOf: cookie.span)
            case .otherKey: output.append(2)
            case .otherVersion(let version):
                output.append(3)
                output.append(bigEndian: version)
            }
        }
    }

    private var kind: DatagramKind {
        if case .answer = content { .handshake(message: 2) } else { .notice }
    }
}
