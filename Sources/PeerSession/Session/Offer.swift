import WireFormat

/// A viewer's first blob: what the host must know before it can read the handshake's first message.
package struct Offer: Equatable {
    package enum Pattern: UInt8 {
        case code = 1
        case pinnedKey = 2
    }

    package var version: UInt16
    package var pattern: Pattern
    /// Drawn by the viewer, bound into the handshake: two sessions never share one.
    package var nonce: [UInt8]
    package var message: [UInt8]

    package static let nonceSize = 16

    package var encoded: [UInt8] {
        [UInt8](capacity: 3 + Self.nonceSize + message.count) { output in
            output.append(bigEndian: version)
            output.append(pattern.rawValue)
            output.append(contentsOf: nonce.span)
            output.append(contentsOf: message.span)
        }
    }

    package init(version: UInt16, pattern: Pattern, nonce: [UInt8], message: [UInt8]) {
        self.version = version
        self.pattern = pattern
        self.nonce = nonce
        self.message = message
    }

    package init?(decoding bytes: Span<UInt8>) {
        var reader = ByteReader(bytes)
        guard let version = try? reader.readUInt16(), let code = try? reader.readUInt8(),
            let pattern = Pattern(rawValue: code), let nonce = try? reader.read(count: Self.nonceSize).copied()
        else { return nil }
        self.init(version: version, pattern: pattern, nonce: nonce, message: reader.rest.copied())
    }
}
