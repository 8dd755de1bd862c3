/// How large the residuals of noisy tiles are: each row of a tile takes the Rice parameters that the rows before set.
struct GrainModel {
    /// About the sum of sixteen residuals.
    private var green: UInt32 = 64
    private var red: UInt32 = 64
    private var blue: UInt32 = 64

    /// A quotient of this or more is written as so many ones and the value's eight bits, so that three values take 54.
    static let longestQuotient: UInt32 = 10

    /// The bits that the codes of green, red and blue leave as they are: the logarithms of the means.
    var parameters: (green: UInt32, red: UInt32, blue: UInt32) {
        (Self.parameter(green), Self.parameter(red), Self.parameter(blue))
    }

    private static func parameter(_ sum: UInt32) -> UInt32 {
        31 &- UInt32(truncatingIfNeeded: (sum &>> 4 | 1).leadingZeroBitCount)
    }

    /// Takes the sums of a row's residuals.
    mutating func learn(green: UInt32, red: UInt32, blue: UInt32, width: Int) {
        func whole(_ sum: UInt32) -> UInt32 { width == 16 ? sum : sum &* 16 / UInt32(truncatingIfNeeded: width) }
        self.green = (self.green &+ whole(green)) &>> 1
        self.red = (self.red &+ whole(red)) &>> 1
        self.blue = (self.blue &+ whole(blue)) &>> 1
    }

    /// Of each parameter, 0 to 7, the codes of all values, the first bit lowest, and above them their lengths.
    static let codeCount = 2_048
    static let codeBits: UInt64 = 1 << countShift - 1
    static let countShift: UInt64 = 32

    static func fill(_ codes: Bank<UInt64>) {
        for index in 0..<codeCount {
            let (bits, count) = code(UInt32(index & 255), UInt32(index >> 8))
            codes[index] = bits | count << countShift
        }
    }

    /// The code of a value, the first bit lowest, and its length of at most 18 bits.
    private static func code(_ value: UInt32, _ parameter: UInt32) -> (bits: UInt64, count: UInt64) {
        let quotient = value >> parameter
        guard quotient < longestQuotient else {
            let ones: UInt32 = 1 << longestQuotient - 1
            return (UInt64(ones | value << longestQuotient), UInt64(longestQuotient + 8))
        }
        let rest = value & (1 << parameter - 1)
        let bits = (1 << quotient - 1) | rest << (quotient + 1)
        return (UInt64(bits), UInt64(quotient + 1 + parameter))
    }

    /// The value whose code is lowest in `next`, and the code's length.
    @inline(__always)
    static func value(of next: UInt64, _ parameter: UInt32) -> (value: UInt32, count: UInt64) {
        let quotient = UInt64(truncatingIfNeeded: (~next).trailingZeroBitCount)
        guard quotient < UInt64(longestQuotient) else {
            return (UInt32(truncatingIfNeeded: next &>> UInt64(longestQuotient)) & 255, UInt64(longestQuotient &+ 8))
        }
        let rest = UInt32(truncatingIfNeeded: next &>> (quotient &+ 1)) & (1 &<< parameter &- 1)
        let value = UInt32(truncatingIfNeeded: quotient) &<< parameter | rest
        return (value & 255, quotient &+ 1 &+ UInt64(parameter))
    }
}
