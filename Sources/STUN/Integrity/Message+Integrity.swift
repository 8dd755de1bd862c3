import WireFormat

extension Message {
    /// Whether the message carries an integrity check of this kind.
    public func hasIntegrity(_ algorithm: IntegrityAlgorithm) -> Bool { offset(of: algorithm) != nil }

    /// Whether the message carries an integrity check made with this key; false if it carries none.
    ///
    /// The comparison takes the same time wherever the codes differ.
    public func isAuthentic(_ key: IntegrityKey, _ algorithm: IntegrityAlgorithm = .sha1) -> Bool {
        guard let offset = offset(of: algorithm) else { return false }
        let size = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
        let found = bytes.extracting(offset + 4..<offset + 4 + size)
        // "the Length field of the STUN header [is] adjusted to point to the end of the MESSAGE-INTEGRITY
        // attribute" (RFC 8489 section 14.5).
        let length: [2 of UInt8] = lengthField(offset + 4 + size - Header.size)
        let opening = bytes.extracting(0..<2)
        return key.withCode(algorithm, over: opening, length.span, bytes.extracting(4..<offset)) { code in
            var difference: UInt8 = 0
            for index in found.indices { difference |= found[index] ^ code[index] }
            return difference == 0
        }
    }

    /// What the message's FINGERPRINT says.
    public var fingerprint: Fingerprint {
        guard let offset = fingerprintOffset else { return .absent }
        var reader = ByteReader(bytes.extracting(offset + 4..<offset + 8))
        let sum = CRC32.checksum(bytes.extracting(0..<offset)) ^ Fingerprint.mask
        return (try? reader.readUInt32()) == sum ? .valid : .invalid
    }

    private func offset(of algorithm: IntegrityAlgorithm) -> Int? {
        algorithm == .sha1 ? integrityOffset : integritySHA256Offset
    }
}

/// A message's length field as its two bytes.
func lengthField(_ length: Int) -> [2 of UInt8] {
    [UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length)]
}
