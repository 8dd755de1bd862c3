/// How large a channel's residuals have been lately, which sets the parameter of its Rice code
/// (Rice, "Some practical universal noiseless coding techniques", 1979).
struct RiceModel {
    /// The running mean, times 16.
    private var mean: UInt32 = 16 * 4

    /// A quotient of this or more is written as so many ones and the value's eight bits.
    static let longestQuotient: UInt32 = 12

    /// The bits that the code leaves as they are: the logarithm of the mean.
    @inline(__always)
    var parameter: UInt32 { 31 &- UInt32(truncatingIfNeeded: (mean &>> 4 | 1).leadingZeroBitCount) }

    @inline(__always)
    mutating func learn(_ value: UInt32) { mean = mean &- mean &>> 4 &+ value }

    @inline(__always)
    mutating func encode(_ value: UInt32, into bits: inout BitWriter) {
        let parameter = parameter
        let quotient = value &>> parameter
        if quotient < Self.longestQuotient {
            let rest = value & (1 &<< parameter &- 1)
            bits.append(
                (1 &<< quotient &- 1) | rest &<< (quotient &+ 1),
                count: Int(truncatingIfNeeded: quotient &+ 1 &+ parameter)
            )
        } else {
            let ones: UInt32 = 1 &<< Self.longestQuotient &- 1
            bits.append(ones | value &<< Self.longestQuotient, count: Int(Self.longestQuotient) + 8)
        }
        learn(value)
    }

    @inline(__always)
    mutating func decode(from bits: inout BitReader) -> UInt32 {
        let parameter = parameter
        let next = bits.peek()
        let quotient = UInt32(truncatingIfNeeded: (~next).trailingZeroBitCount)
        let value: UInt32
        if quotient < Self.longestQuotient {
            let rest = UInt32(truncatingIfNeeded: next &>> UInt64(quotient &+ 1)) & (1 &<< parameter &- 1)
            value = quotient &<< parameter | rest
            bits.skip(Int(truncatingIfNeeded: quotient &+ 1 &+ parameter))
        } else {
            value = UInt32(truncatingIfNeeded: next &>> UInt64(Self.longestQuotient)) & 255
            bits.skip(Int(Self.longestQuotient) + 8)
        }
        learn(value)
        return value
    }
}
