/// Text forms: dotted decimal for IPv4, RFC 5952 for IPv6.
extension IPAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Parses dotted decimal or RFC 4291 section 2.2 text; nil if the text is neither.
    public init?(_ text: String) {
        guard text.utf8.count <= 45 else { return nil }
        if let bits = Self.parseIPv4(text[...]) {
            self = .v4(bits)
        } else if let (high, low) = Self.parseIPv6(text) {
            self = .v6(high: high, low: low)
        } else {
            return nil
        }
    }

    public var description: String {
        switch self {
        case .v4(let bits): Self.dotted(bits)
        case .v6(let high, let low): Self.colons(high, low)
        }
    }

    private static func dotted(_ bits: UInt32) -> String {
        "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
    }

    private static func colons(_ high: UInt64, _ low: UInt64) -> String {
        if high == 0, low >> 32 == 0xFFFF { return "::ffff:" + dotted(UInt32(truncatingIfNeeded: low)) }
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> (48 - UInt64(index % 4) * 16))
        }
        func text(_ range: Range<Int>) -> String {
            groups[range].map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let zeros = longestZeroRun(groups) else { return text(0..<8) }
        return text(0..<zeros.lowerBound) + "::" + text(zeros.upperBound..<8)
    }

    /// The first longest run of two or more zero groups (RFC 5952 section 4.2).
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int>? {
        var best = 0..<0
        var start = 0
        for index in 0..<8 {
            if groups[index] != 0 {
                start = index + 1
            } else if index + 1 - start > best.count {
                best = start..<index + 1
            }
        }
        return best.count >= 2 ? best : nil
    }

    private static func parseIPv4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.utf8.count), part.utf8.allSatisfy({ (48...57).contains($0) }),
                let value = UInt8(part)
            else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }

    private static func parseIPv6(_ text: String) -> (UInt64, UInt64)? {
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2, let head = parseGroups(halves[0]) else { return nil }
        var groups = head
        if halves.count == 2 {
            guard let tail = parseGroups(halves[1]), head.count + tail.count < 8 else { return nil }
            groups += Array(repeating: 0, count: 8 - head.count - tail.count) + tail
        }
        guard groups.count == 8 else { return nil }
        func half(_ part: ArraySlice<UInt16>) -> UInt64 { part.reduce(0) { $0 << 16 | UInt64($1) } }
        return (half(groups[..<4]), half(groups[4...]))
    }

    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, part.utf8.contains(46) {
                guard let bits = parseIPv4(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard (1...4).contains(part.utf8.count), part.utf8.first != 43, part.utf8.first != 45,
                    let value = UInt16(part, radix: 16)
                else { return nil }
                groups.append(value)
            }
        }
        return groups
    }
}
