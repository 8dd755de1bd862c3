import WireFormat

extension MessageBuilder {
    /// Protects all that the message holds so far; afterwards only SHA-256 integrity and the fingerprint may follow.
    public mutating func addIntegrity(
        _ key: IntegrityKey, _ algorithm: IntegrityAlgorithm = .sha1, to packet: inout OutputSpan<UInt8>
    ) {
        let size = algorithm == .sha1 ? 20 : 32
        let end = packet.count
        let type: AttributeType = algorithm == .sha1 ? .messageIntegrity : .messageIntegritySHA256
        guard open(type, size: size, in: &packet) else { return }
        let length = lengthField(end + 4 + size - start - Header.size)
        var code = [32 of UInt8](repeating: 0)
        let (opening, content) = (start..<start + 2, start + 4..<end)
        let bytes = packet.span
        key.withCode(
            algorithm, over: bytes.extracting(opening), length.span, bytes.extracting(content)
        ) { digest in
            for index in 0..<size { code[index] = digest[index] }
        }
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
