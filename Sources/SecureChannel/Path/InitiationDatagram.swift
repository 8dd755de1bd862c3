import WireFormat

/// One datagram of an initiation, the handshake's first message on the path itself:
///
///     0xC1         first byte
///     2 bytes      protocol version
///     16 bytes     initiation identifier
///     1 byte       which piece of the message this is, from 0
///     1 byte       how many pieces there are, 1 to 4
///     2 bytes      length of the piece
///     1,145 bytes  the piece, then zeros
///     16 bytes     cookie, or zeros
///     16 bytes     tag under the host's public key, over everything before it
package struct InitiationDatagram {
    /// Always: so no answer is longer, and the path is known to carry such datagrams. RFC 9000 section 14.1: "A client MUST
    /// expand the payload of all UDP datagrams carrying Initial packets to at least the smallest allowed maximum datagram
    /// size of 1200 bytes".
    static let size = 1_200
    static let maximumPieces = 4
    package static let pieceCapacity = cookieOffset - headCount
    private static let headCount = 1 + 2 + InitiationIdentifier.count + 1 + 1 + 2
    private static let cookieOffset = tagOffset - StatelessCookie.count
    private static let tagOffset = size - KeyTag.count

    let version: UInt16
    package let identifier: InitiationIdentifier
    package let index: Int
    package let pieceCount: Int
    package let piece: [UInt8]
    /// Nil if all zeros.
    package let cookie: [UInt8]?

    package init(
        version: UInt16, identifier: InitiationIdentifier, index: Int, pieceCount: Int, piece: [UInt8], cookie: [UInt8]?
    ) {
        self.version = version
        self.identifier = identifier
        self.index = index
        self.pieceCount = pieceCount
        self.piece = piece
        self.cookie = cookie
    }

    /// - Returns: nil if the datagram is not one. Its tag is still to be looked at.
    package init?(_ datagram: Span<UInt8>) {
        guard datagram.count == Self.size, DatagramKind(firstByte: datagram[0]) == .handshake(message: 1) else {
            return nil
        }
        var reader = ByteReader(datagram.extracting(1..<datagram.count))
        guard let version = try? reader.readUInt16(), let identifier = try? InitiationIdentifier(from: &reader),
            let index = try? reader.readUInt8(), let pieceCount = try? reader.readUInt8(),
            let count = try? reader.readUInt16(), let piece = try? reader.read(count: Int(count)).copied(),
            (1...Self.maximumPieces).contains(Int(pieceCount)), index < pieceCount, count <= Self.pieceCapacity
        else { return nil }
        let cookie = datagram.extracting(Self.cookieOffset..<Self.tagOffset).copied()
        self.init(
            version: version, identifier: identifier, index: Int(index), pieceCount: Int(pieceCount), piece: piece,
            cookie: cookie.allSatisfy { $0 == 0 } ? nil : cookie)
    }

    /// What another version's initiation has in common with ours: nil if the datagram is none.
    static func version(of datagram: Span<UInt8>) -> (UInt16, InitiationIdentifier)? {
        guard datagram.count == size, DatagramKind(firstByte: datagram[0]) == .handshake(message: 1) else { return nil }
        var reader = ByteReader(datagram.extracting(1..<datagram.count))
        guard let version = try? reader.readUInt16(), let identifier = try? InitiationIdentifier(from: &reader) else {
            return nil
        }
        return (version, identifier)
    }

    static func isTagged(_ datagram: Span<UInt8>, with tag: KeyTag) -> Bool {
        datagram.count == size
            && tag.accepts(datagram.extracting(tagOffset..<size), of: datagram.extracting(0..<tagOffset))
    }

    /// The datagram.
    ///
    /// - Precondition: the piece has at most ``pieceCapacity`` bytes.
    package func bytes(with tag: KeyTag) -> [UInt8] {
        let body = [UInt8](capacity: Self.tagOffset) { output in
            output.append(DatagramKind.handshake(message: 1).firstByte)
            output.append(bigEndian: version)
            identifier.write(into: &output)
            output.append(UInt8(index))
            output.append(UInt8(pieceCount))
            output.append(bigEndian: UInt16(piece.count))
            output.append(contentsOf: piece.span)
            while output.count < Self.cookieOffset { output.append(0) }
            let cookie = cookie ?? [UInt8](repeating: 0, count: StatelessCookie.count)
            output.append(contentsOf: cookie.span)
        }
        return body + tag.make(body.span)
    }

    /// A message in pieces, as many as it needs; nil if it is too long.
    static func pieces(of message: [UInt8]) -> [[UInt8]]? {
        guard message.count <= maximumPieces * pieceCapacity else { return nil }
        guard !message.isEmpty else { return [[]] }
        return stride(from: 0, to: message.count, by: pieceCapacity).map { start in
            Array(message[start..<min(start + pieceCapacity, message.count)])
        }
    }
}
