/// Keysyms, the X protocol's names for what a key produces, as numbers (X11/keysymdef.h).
public enum KeySymbol {
    static let shiftLeft: UInt32 = 0xFFE1
    static let levelThreeShift: UInt32 = 0xFE03
    static let terminateServer: UInt32 = 0xFED5

    /// XFree86's own: switching virtual terminals, breaking grabs and the like.
    static let serverActions: ClosedRange<UInt32> = 0x1008_FE00...0x1008_FEFF

    /// Keysyms have 29 bits.
    static let validRange: ClosedRange<UInt32> = 1...0x1FFF_FFFF

    /// The keysym that produces a character: Latin-1 has its code, control characters their keys, the euro sign its
    /// traditional keysym, and all others 0x01000000 plus their Unicode code point (X11 protocol, appendix A).
    public static func producing(_ character: Unicode.Scalar) -> UInt32 {
        switch character.value {
        case 0x0A, 0x0D: 0xFF0D  // Return
        case 0x08, 0x09, 0x1B: 0xFF00 | character.value  // BackSpace, Tab, Escape
        case 0x7F: 0xFFFF  // Delete
        case 0x20...0x7E, 0xA0...0xFF: character.value
        case 0x20AC: 0x20AC
        default: 0x0100_0000 | character.value
        }
    }
}
