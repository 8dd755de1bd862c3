/// Whole rows at once.
extension TileBuffer {
    /// A row of sixteen; a narrower one goes on with its last pixel.
    @inline(__always)
    func row(_ y: Int) -> SIMD16<UInt32> {
        let start = index(x: 0, y: y)
        var pixels = SIMD16<UInt32>(repeating: 0)
        if width == 16 { return vector(at: start) }
        for x in 0..<16 { pixels[x] = self[start &+ min(x, width &- 1)] }
        return pixels
    }

    /// Sets a row to the first of these.
    @inline(__always)
    func setRow(_ y: Int, _ pixels: SIMD16<UInt32>) {
        let start = index(x: 0, y: y)
        if width == 16 { return store(pixels, at: start) }
        for x in 0..<width { self[start &+ x] = pixels[x] }
    }
}
