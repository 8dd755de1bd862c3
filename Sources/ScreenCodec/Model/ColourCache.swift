/// The colours of this body's tiles so far, each in the slot its hash names; a new one displaces the old.
///
/// A colour's slot is coded by its popularity, so that a text's few shades cost few bits.
struct ColourCache {
    private var slots = [64 of UInt32](repeating: Pixel.opaque)

    static let slotBits = 6

    @inline(__always)
    static func slot(of colour: UInt32) -> Int { Int(truncatingIfNeeded: (colour &* 0x9E37_79B1) &>> 26) }

    @inline(__always)
    func contains(_ colour: UInt32) -> Bool { slots[Self.slot(of: colour)] == colour }

    @inline(__always)
    subscript(slot: Int) -> UInt32 { slots[slot & 63] }

    @inline(__always)
    mutating func insert(_ colour: UInt32) { slots[Self.slot(of: colour)] = colour }
}
