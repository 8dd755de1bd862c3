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

    /// About what the pixels take that are none of their neighbours, if a cache knows their colours.
    var busyBitCount: Int {
        var count = SIMD16<UInt32>(repeating: 0)
        for y in 0..<height where width == 16 {
            let start = index(x: 0, y: y)
            let pixels = vector(at: start)
            let isNew = (pixels .!= vector(at: start &- 1)) .& (pixels .!= vector(at: start &- stride))
            count &+= SIMD16<UInt32>(repeating: 0).replacing(with: 7, where: isNew)
        }
        return Int(count.wrappedSum())
    }

    /// No text is like that.
    var isBusy: Bool { busyBitCount > 1_000 }

    /// Sets a row to the first of these.
    @inline(__always)
    func setRow(_ y: Int, _ pixels: SIMD16<UInt32>) {
        let start = index(x: 0, y: y)
        if width == 16 { return store(pixels, at: start) }
        for x in 0..<width { self[start &+ x] = pixels[x] }
    }
}
