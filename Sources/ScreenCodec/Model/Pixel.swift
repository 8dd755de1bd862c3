/// A pixel is a word: blue in the lowest byte, then green, red, and a byte that X leaves undefined and we set.
enum Pixel {
    /// The top byte that every pixel has in our buffers.
    static let opaque: UInt32 = 0xFF00_0000

    /// The bits that are colour: equality of pictures is defined on them.
    static let colourBits: UInt32 = 0x00FF_FFFF
}
