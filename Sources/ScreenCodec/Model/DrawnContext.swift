/// What the neighbours of a pixel have in common: the shape it is likely to continue.
enum DrawnContext {
    /// The bits that are context, of which there are 32.
    static let mask: UInt32 = 31
    static let leftIsAbove: UInt32 = 1
    /// Whether the pixel itself is its left or its upper neighbour again: beside the context, for the encoder.
    static let isLeft: UInt32 = 32
    static let isAbove: UInt32 = 64

    @inline(__always)
    static func of(left: UInt32, secondLeft: UInt32, above: UInt32, aboveLeft: UInt32, aboveRight: UInt32) -> Int {
        (left == above ? 1 : 0) | (above == aboveLeft ? 2 : 0) | (above == aboveRight ? 4 : 0)
            | (left == aboveLeft ? 8 : 0) | (left == secondLeft ? 16 : 0)
    }

    /// The contexts of four pixels from a place on, and whether each is its left or its upper neighbour again.
    @inline(__always)
    static func likenesses(ofFourFrom index: Int, in tile: TileBuffer) -> SIMD4<UInt32> {
        let pixels = tile.quad(at: index)
        let left = tile.quad(at: index &- 1)
        let above = tile.quad(at: index &- tile.stride)
        let aboveLeft = tile.quad(at: index &- tile.stride &- 1)
        let aboveRight = tile.quad(at: index &- tile.stride &+ 1)
        let secondLeft = tile.quad(at: index &- 2)
        let upper = Pixel.differences(above, aboveLeft) &<< 1 | Pixel.differences(above, aboveRight) &<< 2
        let lower =
            Pixel.differences(left, above) | Pixel.differences(left, aboveLeft) &<< 3
            | Pixel.differences(left, secondLeft) &<< 4
        let own = Pixel.differences(pixels, left) &<< 5 | Pixel.differences(pixels, above) &<< 6
        return (upper | lower | own) ^ SIMD4(repeating: mask | isLeft | isAbove)
    }
}
