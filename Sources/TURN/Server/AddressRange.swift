import WireFormat

/// A block of addresses such as `10.0.0.0/8` or `fc00::/7`.
public struct AddressRange: Hashable, Sendable {
    public let base: IPAddress
    /// How many leading bits count.
    public let prefixLength: Int

    /// - Parameter prefixLength: held within 0 and the bits that the family has.
    public init(_ base: IPAddress, prefixLength: Int) {
        self.base = base
        self.prefixLength = min(max(0, prefixLength), base.isIPv4 ? 32 : 128)
    }

    /// Parses `192.0.2.0/24`, or a single address; nil if the text is neither.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let base = IPAddress(String(first)) else { return nil }
        let bits = base.isIPv4 ? 32 : 128
        guard let length = parts.count == 2 ? Int(parts[1]) : bits, (0...bits).contains(length) else { return nil }
        self.init(base, prefixLength: length)
    }

    /// Whether an address of the same family lies in the block.
    public func contains(_ ip: IPAddress) -> Bool {
        switch (base, ip) {
        case (.v4(let own), .v4(let other)): return Self.sharesPrefix(own ^ other, prefixLength)
        case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
            return Self.sharesPrefix(high ^ otherHigh, min(64, prefixLength))
                && Self.sharesPrefix(low ^ otherLow, max(0, prefixLength - 64))
        default: return false
        }
    }

    /// Whether the leading bits of a difference are zero. A shift by the full width is allowed and gives zero.
    private static func sharesPrefix<Bits: FixedWidthInteger>(_ difference: Bits, _ count: Int) -> Bool {
        count == 0 || difference >> (Bits.bitWidth - count) == 0
    }
}
