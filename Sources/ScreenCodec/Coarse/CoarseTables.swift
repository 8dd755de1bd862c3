/// The memory that a coarse tile needs while it is written or read, and tables made once. It belongs to a `Workspace`.
struct CoarseTables {
    /// Basis functions, one a row.
    let basis = Bank<Float>(count: 256, filledWith: 0)
    /// Their values at the first eight places, one place a row: the even functions, then the odd ones.
    let transposed = Bank<Float>(count: 128, filledWith: 0)
    /// Three planes of 16x16, 256 numbers each: see `CoarsePlane`.
    let pixels = Bank<Float>(count: 1_024, filledWith: 0)
    let coefficients = Bank<Float>(count: 1_024, filledWith: 0)
    /// The sizes of the quantised coefficients, but the signed levels of the means.
    let levels = Bank<Float>(count: 1_024, filledWith: 0)
    let scratch = Bank<Float>(count: 16, filledWith: 0)
    /// The size of each level coded so far, with a margin above and left: see `CoarseScan`.
    let magnitudes = Bank<UInt8>(count: 512, filledWith: 0)
    let scan = Bank<CoarseScan>(count: 256, filledWith: CoarseScan())

    init() {
        CoarseScan.fill(scan)
        for frequency in 0..<16 {
            for place in 0..<16 {
                let value = Float(CoarseTransform.basis(frequency, place))
                basis[frequency * 16 + place] = value
                if place < 8 { transposed[place * 16 + frequency / 2 + frequency % 2 * 8] = value }
            }
        }
    }

    func deallocate() {
        basis.deallocate()
        transposed.deallocate()
        pixels.deallocate()
        coefficients.deallocate()
        levels.deallocate()
        scratch.deallocate()
        magnitudes.deallocate()
        scan.deallocate()
    }
}
