/// The colours of this body's tiles so far, each in the slot its hash names; a new one displaces the old.
///
/// A colour's slot is coded by its popularity, so that a text's few shades cost few bits.
struct ColourCache {
    static let slotBits = 6
    static let count = 1 << slotBits

    private let slots: Bank<UInt32>

    init(_ slots: Bank<UInt32>) { self.slots = slots }

    @inline(__always)
    static func slot(of colour: UInt32) -> Int { Int(truncatingIfNeeded: (colour &* 0x9E37_79B1) &>> 26) }

    @inline(__always)
    func contains(_ colour: UInt32) -> Bool { slots[Self.slot(of: colour)] == colour }

    @inline(__always)
    subscript(slot: Int) -> UInt32 { slots[slot] }

    @inline(__always)
    func insert(_ colour: UInt32) { slots[Self.slot(of: colour)] = colour }

    func removeAll() { slots.fill(with: Pixel.opaque) }
}
