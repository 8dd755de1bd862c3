/// A pixel is a word: blue in the lowest byte, then green, red, and a byte that X leaves undefined and we set.
enum Pixel {
    /// The top byte that every pixel has in our buffers.
    static let opaque: UInt32 = 0xFF00_0000

    /// The bits that are colour: equality of pictures is defined on them.
    static let colourBits: UInt32 = 0x00FF_FFFF

    /// 1 where two opaque pixels differ, else 0: without masks, which vectors are slow with.
    @inline(__always)
    static func differences(_ one: SIMD4<UInt32>, _ other: SIMD4<UInt32>) -> SIMD4<UInt32> {
        ((one ^ other) &+ SIMD4(repeating: colourBits)) &>> 24
    }
}
