import CX11

/// A property of a window, as read.
struct WindowProperty {
    var type: Atom
    var format: Int32
    /// Items of 8 bits as they are; of wider formats in the sizes Xlib keeps them in (16: short, 32: long).
    var bytes: [UInt8]
    /// What lay beyond the limit.
    var remainingByteCount: Int
}
