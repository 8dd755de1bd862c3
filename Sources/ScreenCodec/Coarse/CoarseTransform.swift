/// The discrete cosine transform of 16 points in integers: a table of cosines that H.265 (section 8.6.4.2) uses too.
///
/// Each basis function has the length 256, but for 1 part in 5,000, so the square of a picture's error is the square of
/// its coefficients' error. The inverse adds up products of integers, and no sum is larger than a `Float` holds exactly:
/// the order of the additions does not matter, and every machine decodes the same pixels.
enum CoarseTransform {
    /// The largest coefficient either way: what a picture of one extreme colour has.
    static let largestCoefficient: Float = 4_096

    /// What lies between the two halves of the inverse is held to this either way, so that hostile sums stay exact.
    static let largestIntermediate: Float = 8_191

    /// The inverse's two divisors: together the square of a basis function's length.
    static let firstDivisor: Float = 128
    static let secondDivisor: Float = 512

    /// 64 * sqrt(2) * cos(index * pi / 32).
    private static let cosines: [17 of Int] = [90, 90, 89, 87, 83, 80, 75, 70, 64, 57, 50, 43, 36, 25, 18, 9, 0]

    /// Basis function `frequency` at a place.
    static func basis(_ frequency: Int, _ place: Int) -> Int {
        guard frequency > 0 else { return 64 }
        var angle = (2 * place + 1) * frequency % 64
        if angle > 32 { angle = 64 - angle }
        return angle > 16 ? -cosines[32 - angle] : cosines[angle]
    }

    /// Adding this and taking it away rounds a number below 2^22 to the nearest integer, halves to the even one.
    private static let roundingUnit: Float = 12_582_912

    @inline(__always)
    static func rounded(_ numbers: SIMD16<Float>) -> SIMD16<Float> { (numbers + roundingUnit) - roundingUnit }

    @inline(__always)
    static func rounded(_ number: Float) -> Float { (number + roundingUnit) - roundingUnit }

    @inline(__always)
    static func held(_ numbers: SIMD16<Float>, _ least: Float, _ most: Float) -> SIMD16<Float> {
        let raised = numbers.replacing(with: least, where: numbers .< least)
        return raised.replacing(with: most, where: raised .> most)
    }

    /// Prepares 16 rows of 16 pixels for `forward`: the cosines are even or odd about the middle, so sums of mirrored rows
    /// make even frequencies, differences odd ones.
    static func fold(_ pixels: Bank<Float>, at start: Int) {
        for y in 0..<8 {
            let upper = pixels.vector(at: start &+ y &* 16)
            let lower = pixels.vector(at: start &+ (15 &- y) &* 16)
            pixels.store(upper + lower, at: start &+ y &* 16)
            pixels.store(upper - lower, at: start &+ (15 &- y) &* 16)
        }
    }

    /// From folded pixels to the coefficients of some vertical frequencies.
    static func forward(
        _ pixels: Bank<Float>, to coefficients: Bank<Float>, at start: Int, frequencies: Range<Int>,
        _ tables: CoarseTables
    ) {
        for frequency in frequencies {
            var column = SIMD16<Float>(repeating: 0)
            for y in 0..<8 {
                let row = frequency & 1 == 0 ? y : 15 &- y
                column += pixels.vector(at: start &+ row &* 16) * tables.basis[frequency &* 16 &+ y]
            }
            tables.scratch.store(column, at: 0)
            coefficients.store(row(of: tables.scratch, tables), at: start &+ frequency &* 16)
        }
    }

    /// The same along a row.
    @inline(__always)
    private static func row(of values: Bank<Float>, _ tables: CoarseTables) -> SIMD16<Float> {
        var even = SIMD8<Float>(repeating: 0)
        var odd = SIMD8<Float>(repeating: 0)
        for x in 0..<8 {
            let functions = tables.transposed.vector(at: x &* 16)
            even += functions.lowHalf * (values[x] + values[15 &- x])
            odd += functions.highHalf * (values[x] - values[15 &- x])
        }
        var result = SIMD16<Float>(repeating: 0)
        result.evenHalf = even
        result.oddHalf = odd
        return result * (1 / 65_536)
    }

    /// From coefficients, zero but in the lowest `rows` and `columns`, to pixels.
    static func inverse(
        _ coefficients: Bank<Float>, to pixels: Bank<Float>, at start: Int, rows: Int, columns: Int,
        _ tables: CoarseTables
    ) {
        for y in 0..<16 {
            var line = SIMD16<Float>(repeating: 0)
            for frequency in 0..<rows {
                line += coefficients.vector(at: start &+ frequency &* 16) * tables.basis[frequency &* 16 &+ y]
            }
            line = held(rounded(line * (1 / firstDivisor)), -largestIntermediate, largestIntermediate)
            tables.scratch.store(line, at: 0)
            var result = SIMD16<Float>(repeating: 0)
            for frequency in 0..<columns {
                result += tables.basis.vector(at: frequency &* 16) * tables.scratch[frequency]
            }
            pixels.store(rounded(result * (1 / secondDivisor)), at: start &+ y &* 16)
        }
    }
}
