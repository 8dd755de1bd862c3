/// The format of xwd: XWDFile.h of X11, version 7.
extension Picture {
    /// - Returns: nil for another kind than 32 bits a pixel, true colour, least significant byte first.
    init?(windowDump bytes: [UInt8]) {
        func field(_ number: Int) -> Int {
            let at = number * 4
            return at + 4 <= bytes.count ? bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } : 0
        }
        let (headerSize, version, format, width, height) = (field(0), field(1), field(2), field(4), field(5))
        let (byteOrder, bitsPerPixel, bytesPerLine) = (field(7), field(11), field(12))
        let masks = (field(14), field(15), field(16))
        guard version == 7, format == 2, byteOrder == 0, bitsPerPixel == 32, masks == (0xFF_0000, 0xFF00, 0xFF) else {
            return nil
        }
        let start = headerSize + field(19) * 12
        guard bytesPerLine >= width * 4, bytes.count >= start + bytesPerLine * height else { return nil }
        var pixels: [UInt32] = []
        pixels.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width {
                let at = start + y * bytesPerLine + x * 4
                pixels.append(UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at]))
            }
        }
        self.init(width: width, height: height, pixels: pixels)
    }
}
