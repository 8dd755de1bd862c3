/// One rectangle of an update, read past and not decoded: its length follows from its structure alone.
package struct RFBRectangle {
    static let raw: Int32 = 0
    static let copy: Int32 = 1
    static let tight: Int32 = 7
    static let zrle: Int32 = 16
    static let desktopSize: Int32 = -223
    static let lastRectangle: Int32 = -224

    private static let bytesPerPixel = 4
    /// Of Tight, for 32-bit pixels of 24-bit depth.
    private static let tightPixelBytes = 3
    /// Shorter data are not compressed, and have no length before them.
    private static let shortestCompressed = 12

    package let x: Int
    package let y: Int
    package let width: Int
    package let height: Int
    package let encoding: Int32

    package init(from stream: RFBStream) throws(BenchFailure) {
        x = try stream.word()
        y = try stream.word()
        width = try stream.word()
        height = try stream.word()
        encoding = Int32(truncatingIfNeeded: try stream.long())
        switch encoding {
        case Self.raw: try stream.skip(width * height * Self.bytesPerPixel)
        case Self.copy: try stream.skip(4)
        case Self.zrle: try stream.skip(try stream.long())
        case Self.tight: try skipTight(stream)
        case Self.desktopSize, Self.lastRectangle: break
        default: throw .noView("an encoding that nobody asked for: \(encoding)")
        }
    }

    /// The compression control byte: the low half resets streams, the high half says what follows.
    private func skipTight(_ stream: RFBStream) throws(BenchFailure) {
        let control = try stream.byte() >> 4
        switch control {
        case 8: try stream.skip(Self.tightPixelBytes)
        case 9: try stream.skip(try compactLength(stream))
        case 0...7: try skipBasic(stream, hasFilter: control & 4 != 0)
        default: throw .noView("a Tight rectangle of an unknown kind \(control)")
        }
    }

    private func skipBasic(_ stream: RFBStream, hasFilter: Bool) throws(BenchFailure) {
        var size = width * height * Self.tightPixelBytes
        // Filters: 0 copies, 1 is a palette, 2 predicts by a gradient.
        if hasFilter, try stream.byte() == 1 {
            let colours = Int(try stream.byte()) + 1
            try stream.skip(colours * Self.tightPixelBytes)
            size = colours == 2 ? (width + 7) / 8 * height : width * height
        }
        try stream.skip(size < Self.shortestCompressed ? size : try compactLength(stream))
    }

    /// One to three bytes, seven bits each but the last, low ones first.
    private func compactLength(_ stream: RFBStream) throws(BenchFailure) -> Int {
        let first = Int(try stream.byte())
        guard first & 0x80 != 0 else { return first }
        let second = Int(try stream.byte())
        let length = first & 0x7F | (second & 0x7F) << 7
        return second & 0x80 == 0 ? length : length | Int(try stream.byte()) << 14
    }

    package func meets(_ other: MarkPlace) -> Bool {
        encoding != Self.lastRectangle && encoding != Self.desktopSize && x < other.x + other.size
            && other.x < x + width && y < other.y + other.size && other.y < y + height
    }
}
