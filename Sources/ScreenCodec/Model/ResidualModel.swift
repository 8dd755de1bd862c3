/// The sizes of residuals, channel by channel.
struct ResidualModel {
    private var green = RiceModel()
    private var red = RiceModel()
    private var blue = RiceModel()

    @inline(__always)
    mutating func encode(_ residual: Residual, into bits: inout BitWriter) {
        green.encode(residual.green, into: &bits)
        red.encode(residual.red, into: &bits)
        blue.encode(residual.blue, into: &bits)
    }

    @inline(__always)
    mutating func decode(from bits: inout BitReader) -> Residual {
        Residual(
            green: green.decode(from: &bits), red: red.decode(from: &bits), blue: blue.decode(from: &bits))
    }
}
