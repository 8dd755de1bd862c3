import WireFormat

extension Message {
    /// Whether the message carries an integrity check of this kind.
    public func hasIntegrity(_ algorithm: IntegrityAlgorithm) -> Bool { offset(of: algorithm) != nil }

    /// Whether the message carries an integrity check made with this key; false if it carries none.
    ///
    /// The comparison takes the same time wherever the codes differ.
    ///
    /// - Parameter shortestCode: the fewest bytes that pass of a code with SHA-256: "The value must be the full 32 bytes
    ///   unless the STUN usage explicitly specifies that truncation is allowed" (RFC 8489 section 14.6), 16 at least.
    public func isAuthentic(
        _ key: IntegrityKey, _ algorithm: IntegrityAlgorithm = .sha1, shortestCode: Int = 32
    ) -> Bool {
        guard let offset = offset(of: algorithm) else { return false }
        let size = Int(bytes[offset + 2]) << 8 | Int(bytes[offset + 3])
        guard size >= min(shortestCode, algorithm.codeSize) else { return false }
        let found = bytes.extracting(offset + 4..<offset + 4 + size)
        let code = key.code(algorithm, overMessage: bytes.extracting(0..<offset), size: size)
        var difference: UInt8 = 0
        for index in found.indices { difference |= found[index] ^ code[index] }
        return difference == 0
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

extension IntegrityKey {
    /// The code over a message as it stands in front of its integrity attribute, which will hold `size` bytes.
    ///
    /// The length field counts as if the message ended with the integrity attribute (RFC 8489 section 14.5), so the
    /// field is hashed as it is to be, not as it is.
    func code(
        _ algorithm: IntegrityAlgorithm, overMessage message: Span<UInt8>, size: Int? = nil
    ) -> [32 of UInt8] {
        let length = message.count - Header.size + 4 + (size ?? algorithm.codeSize)
        let start: [4 of UInt8] = [
            message[0], message[1], UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
        ]
        return code(algorithm, over: start.span, message.extracting(4..<message.count))
    }
}
