/// Where one colour sits in a pixel word, and with how many bits (8 to 16).
struct ColourField: Hashable {
    var shift: UInt32
    var bits: UInt32

    init(shift: UInt32, bits: UInt32) {
        self.shift = shift
        self.bits = bits
    }

    /// `nil` unless the mask is one run of 8 to 16 bits within 32.
    init?(mask: UInt) {
        guard mask != 0, mask <= UInt(UInt32.max) else { return nil }
        let shift = mask.trailingZeroBitCount
        let bits = (mask >> shift).trailingZeroBitCount == 0 ? mask.nonzeroBitCount : 0
        guard bits >= 8, bits <= 16, mask >> shift == (1 << bits) - 1 else { return nil }
        self.init(shift: UInt32(shift), bits: UInt32(bits))
    }

    /// The eight most significant bits of the colour.
    func byte(in word: UInt32) -> UInt32 { (word >> shift) >> (bits - 8) & 0xFF }

    /// A colour byte in place; the bits below are filled with its top bits, so that white stays white.
    func field(of byte: UInt32) -> UInt32 {
        let extra = bits - 8
        return (byte << extra | byte >> (8 - min(8, extra))) << shift
    }
}
