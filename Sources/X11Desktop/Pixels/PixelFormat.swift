import CX11

/// How a display packs a colour into a 32-bit word.
struct PixelFormat: Hashable {
    var red: ColourField
    var green: ColourField
    var blue: ColourField

    /// Blue in the low byte, then green, red and an unused byte: what the codec works on.
    static let standard = PixelFormat(
        red: ColourField(shift: 16, bits: 8), green: ColourField(shift: 8, bits: 8),
        blue: ColourField(shift: 0, bits: 8))

    init(red: ColourField, green: ColourField, blue: ColourField) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// The format of a true-colour visual with 24 or 30 bits in 32-bit words of our byte order; others are refused.
    init(visual: UnsafeMutablePointer<Visual>?, depth: Int32, on display: OpaquePointer) throws(DisplayFailure) {
        let bitsPerPixel = Self.bitsPerPixel(depth: depth, on: display)
        guard let visual, depth == 24 || depth == 30 || depth == 32, bitsPerPixel == 32,
            XImageByteOrder(display) == LSBFirst,
            let red = ColourField(mask: visual.pointee.red_mask),
            let green = ColourField(mask: visual.pointee.green_mask),
            let blue = ColourField(mask: visual.pointee.blue_mask)
        else { throw .unsupportedVisual(depth: Int(depth), bitsPerPixel: bitsPerPixel) }
        self.init(red: red, green: green, blue: blue)
    }

    /// A word of this format as a standard one.
    func standardWord(_ word: UInt32) -> UInt32 {
        red.byte(in: word) << 16 | green.byte(in: word) << 8 | blue.byte(in: word)
    }

    /// A standard word in this format.
    func word(standard: UInt32) -> UInt32 {
        red.field(of: standard >> 16 & 0xFF) | green.field(of: standard >> 8 & 0xFF) | blue.field(of: standard & 0xFF)
    }

    private static func bitsPerPixel(depth: Int32, on display: OpaquePointer) -> Int {
        var count: Int32 = 0
        guard let formats = XListPixmapFormats(display, &count) else { return 0 }
        defer { XFree(formats) }
        for index in 0..<Int(max(0, count)) where formats[index].depth == depth {
            return Int(formats[index].bits_per_pixel)
        }
        return 0
    }
}
