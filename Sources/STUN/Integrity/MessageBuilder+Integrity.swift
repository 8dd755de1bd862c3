import WireFormat

extension MessageBuilder {
    /// Protects all that the message holds so far; afterwards only SHA-256 integrity and the fingerprint may follow.
    ///
    /// - Parameter codeSize: the bytes of a SHA-256 code in a usage that allows to cut it: 16 to 32, a multiple of four
    ///   (RFC 8489 section 14.6). SHA-1 is never cut.
    public mutating func addIntegrity(
        _ key: IntegrityKey, _ algorithm: IntegrityAlgorithm = .sha1, codeSize: Int = 32,
        to packet: inout OutputSpan<UInt8>
    ) {
        precondition((16...32).contains(codeSize) && codeSize % 4 == 0, "a code has 16 to 32 bytes, four by four")
        let size = algorithm == .sha1 ? algorithm.codeSize : codeSize
        let end = packet.count
        let type: AttributeType = algorithm == .sha1 ? .messageIntegrity : .messageIntegritySHA256
        guard open(type, size: size, in: &packet) else { return }
        let code = key.code(algorithm, overMessage: packet.span.extracting(start..<end), size: size)
        packet.append(contentsOf: code.span.extracting(0..<size))
        close(size: size, in: &packet)
    }

    /// FINGERPRINT, the last attribute (RFC 8489 section 14.7).
    public mutating func addFingerprint(to packet: inout OutputSpan<UInt8>) {
        let end = packet.count
        guard open(.fingerprint, size: 4, in: &packet) else { return }
        // The sum covers the length field as it will be once the attribute is there.
        packet.replace(at: start + 2, bigEndian: UInt16(end + 8 - start - Header.size))
        let sum = CRC32.checksum(packet.span.extracting(start..<end)) ^ Fingerprint.mask
        packet.append(bigEndian: sum)
        close(size: 4, in: &packet)
    }
}
