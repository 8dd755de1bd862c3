import CX11

/// A cursor of the core protocol: a bitmap of two colours and a mask.
struct TwoColourCursor {
    private(set) var width = 1
    private(set) var height = 1
    private(set) var hotspotX = 0
    private(set) var hotspotY = 0
    /// Rows padded to bytes, the first pixel in the lowest bit, as X bitmaps are.
    private(set) var mask: [UInt8] = [0]
    private(set) var foregroundBits: [UInt8] = [0]
    /// Red, green and blue, 0 to 255.
    private(set) var foreground: [Int] = [0, 0, 0]
    private(set) var background: [Int] = [255, 255, 255]

    /// The best that two colours can do; `nil` gives an invisible cursor.
    init(_ image: CursorImage?) {
        guard let image else { return }
        (width, height) = (image.width, image.height)
        (hotspotX, hotspotY) = (image.hotspotX, image.hotspotY)
        let rowBytes = (width + 7) / 8
        mask = Array(repeating: 0, count: rowBytes * height)
        foregroundBits = mask
        var dark = ColourMean()
        var light = ColourMean()
        for y in 0..<height {
            for x in 0..<width {
                let word = image.pixels[y * width + x]
                guard word >> 24 >= 128 else { continue }
                mask[y * rowBytes + x / 8] |= 1 << UInt8(x % 8)
                if Self.isDark(word) {
                    foregroundBits[y * rowBytes + x / 8] |= 1 << UInt8(x % 8)
                    dark.add(word)
                } else {
                    light.add(word)
                }
            }
        }
        foreground = dark.mean ?? foreground
        background = light.mean ?? background
    }

    /// Luma below half, by the weights of ITU-R BT.601 in 1/1000.
    private static func isDark(_ word: UInt32) -> Bool {
        299 * (word >> 16 & 0xFF) + 587 * (word >> 8 & 0xFF) + 114 * (word & 0xFF) < 128_000
    }

    /// Makes it on a display; free it with XFreeCursor.
    func make(on connection: DisplayConnection) -> Cursor {
        let display = connection.display
        let bits = bitmap(foregroundBits, on: connection)
        let maskBits = bitmap(mask, on: connection)
        defer {
            XFreePixmap(display, bits)
            XFreePixmap(display, maskBits)
        }
        var foreground = Self.colour(foreground)
        var background = Self.colour(background)
        return XCreatePixmapCursor(
            display, bits, maskBits, &foreground, &background, UInt32(hotspotX), UInt32(hotspotY))
    }

    private func bitmap(_ bytes: [UInt8], on connection: DisplayConnection) -> Pixmap {
        var data = bytes.map { CChar(bitPattern: $0) }
        return XCreateBitmapFromData(connection.display, connection.root, &data, UInt32(width), UInt32(height))
    }

    private static func colour(_ components: [Int]) -> XColor {
        var colour = XColor()
        colour.red = UInt16(components[0] * 257)
        colour.green = UInt16(components[1] * 257)
        colour.blue = UInt16(components[2] * 257)
        colour.flags = CChar(DoRed | DoGreen | DoBlue)
        return colour
    }
}
