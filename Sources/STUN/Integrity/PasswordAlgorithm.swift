import WireFormat

/// How a long-term key is made from user name, realm and password (RFC 8489 section 18.5).
@frozen
public enum PasswordAlgorithm: UInt16, Hashable, Sendable, CaseIterable {
    case md5 = 0x0001
    case sha256 = 0x0002
}

extension PasswordAlgorithm {
    /// The algorithms of a PASSWORD-ALGORITHMS or PASSWORD-ALGORITHM value that are known here, in their order; nil if
    /// the value is malformed (RFC 8489 sections 14.11 and 14.12).
    ///
    /// Neither algorithm takes parameters, so an entry that has some names another algorithm than ours.
    static func list(_ value: Span<UInt8>) -> [PasswordAlgorithm]? {
        var reader = ByteReader(value)
        var known: [PasswordAlgorithm] = []
        while reader.remaining > 0 {
            guard let number = try? reader.readUInt16(), let size = try? reader.readUInt16() else { return nil }
            // The padding of the last parameters may be that of the attribute, which is not part of its value.
            let padded = min((Int(size) + 3) & ~3, max(Int(size), reader.remaining))
            guard (try? reader.skip(count: padded)) != nil else { return nil }
            guard size == 0, let algorithm = PasswordAlgorithm(rawValue: number) else { continue }
            if !known.contains(algorithm) { known.append(algorithm) }
        }
        return known
    }
}
