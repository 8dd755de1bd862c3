/// The sizes of residuals, channel by channel.
struct ResidualModel {
    private var green = RiceModel()
    private var red = RiceModel()
    private var blue = RiceModel()

    @inline(__always)
    mutating func encode(_ residual: Residual, into bits: inout BitWriter) {
        let green = green.code(residual.green)
        let red = red.code(residual.red)
        let blue = blue.code(residual.blue)
        bits.append(
            green.bits | red.bits &<< UInt64(truncatingIfNeeded: green.count), count: green.count &+ red.count)
        bits.append(blue.bits, count: blue.count)
    }

    @inline(__always)
    mutating func decode(from bits: inout BitReader) -> Residual {
        let next = bits.peek()
        let green = green.value(of: next)
        let red = red.value(of: next &>> UInt64(truncatingIfNeeded: green.count))
        bits.skip(green.count &+ red.count)
        let blue = blue.value(of: bits.peek())
        bits.skip(blue.count)
        return Residual(green: green.value, red: red.value, blue: blue.value)
    }
}
