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

    /// The code of a value, the first bit lowest, and its length of at most 20 bits.
    @inline(__always)
    mutating func code(_ value: UInt32) -> (bits: UInt64, count: Int) {
        let parameter = parameter
        let quotient = value &>> parameter
        learn(value)
        guard quotient < Self.longestQuotient else {
            let ones: UInt32 = 1 &<< Self.longestQuotient &- 1
            return (UInt64(ones | value &<< Self.longestQuotient), Int(Self.longestQuotient) + 8)
        }
        let rest = value & (1 &<< parameter &- 1)
        let bits = (1 &<< quotient &- 1) | rest &<< (quotient &+ 1)
        return (UInt64(bits), Int(truncatingIfNeeded: quotient &+ 1 &+ parameter))
    }

    /// Takes a value from the lowest of the bits given, at most 20 of them.
    @inline(__always)
    mutating func value(of next: UInt64) -> (value: UInt32, count: Int) {
        let parameter = parameter
        let quotient = UInt32(truncatingIfNeeded: (~next).trailingZeroBitCount)
        guard quotient < Self.longestQuotient else {
            let value = UInt32(truncatingIfNeeded: next &>> UInt64(Self.longestQuotient)) & 255
            learn(value)
            return (value, Int(Self.longestQuotient) + 8)
        }
        let rest = UInt32(truncatingIfNeeded: next &>> UInt64(quotient &+ 1)) & (1 &<< parameter &- 1)
        let value = quotient &<< parameter | rest
        learn(value)
        return (value, Int(truncatingIfNeeded: quotient &+ 1 &+ parameter))
    }
}
