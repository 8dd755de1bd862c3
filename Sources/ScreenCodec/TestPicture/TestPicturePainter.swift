/// The colour of any pixel of the test picture in one frame.
struct TestPicturePainter {
    private let layout: TestPictureLayout
    private let seed: UInt64
    private let frame: Int
    private let window: Rectangle

    private static let paper: UInt32 = 0xFFFF_FFFF
    private static let title: UInt32 = 0xFF34_65A4
    private static let border: UInt32 = 0xFF2E_3436
    private static let face: UInt32 = 0xFFEE_EEEC
    private static let titleHeight = 20

    init(layout: TestPictureLayout, seed: UInt64, frame: Int) {
        self.layout = layout
        self.seed = seed
        self.frame = frame
        window = layout.window(frame: frame)
    }

    func colour(x: Int, y: Int) -> UInt32 {
        if contains(layout.video, x, y) { return video(x: x, y: y) }
        if contains(window, x, y) { return windowColour(x: x - window.x, y: y - window.y) }
        if contains(layout.page, x, y) { return text(x: x, y: y) }
        return gradient(x: x, y: y)
    }

    @inline(__always)
    private func contains(_ area: Rectangle, _ x: Int, _ y: Int) -> Bool {
        x >= area.x && y >= area.y && x < area.x + area.width && y < area.y + area.height
    }

    private func windowColour(x: Int, y: Int) -> UInt32 {
        if x == 0 || y == 0 || x == window.width - 1 || y == window.height - 1 { return Self.border }
        if y < Self.titleHeight { return Self.title }
        let isButton = x % 64 > 12 && y % 48 > 28
        return isButton ? Self.title &+ UInt32(y % 48) &* 0x0001_0101 : Self.face
    }

    private func gradient(x: Int, y: Int) -> UInt32 {
        let red = UInt32(x * 160 / layout.bounds.width)
        let green = UInt32(y * 120 / layout.bounds.height)
        return 0xFF00_0000 | (40 + red) << 16 | (60 + green) << 8 | 150 + (red + green) / 4
    }

    /// A slow wave with a little noise on it, new in every frame.
    private func video(x: Int, y: Int) -> UInt32 {
        let noise = mix(UInt64(y) << 32 | UInt64(x), UInt64(frame))
        let wave = UInt64((x * 3 + y * 2 + frame * 5) & 511)
        let level = wave < 256 ? wave : 511 - wave
        let red = min(level + (noise & 7), 255)
        let green = min(level / 2 + 64 + (noise >> 8 & 7), 255)
        let blue = min(255 - level / 2 + (noise >> 16 & 7), 255)
        return UInt32(0xFF00_0000 | red << 16 | green << 8 | blue)
    }

    /// Words in a grid of cells; each glyph is drawn from its character's bits, on a fifth of the rows in blue.
    private func text(x: Int, y: Int) -> UInt32 {
        let column = x / TestPictureLayout.cellWidth
        let row = y / TestPictureLayout.cellHeight
        let lastRow = layout.page.height / TestPictureLayout.cellHeight - 1
        if row == lastRow, column >= TestPictureLayout.typedCount(frame: frame) { return Self.paper }
        let line = row + TestPictureLayout.scrolledLines(frame: frame)
        guard let glyph = character(line: line, column: column) else { return Self.paper }
        let isSet = Self.isSet(glyph: glyph, x: x % TestPictureLayout.cellWidth, y: y % TestPictureLayout.cellHeight)
        guard isSet else { return Self.paper }
        return line % 5 == 4 ? Self.title : Self.border
    }

    /// One of 64 glyphs; nil between words and behind the end of the line.
    private func character(line: Int, column: Int) -> UInt64? {
        let length = Int(mix(UInt64(line), 1) % 60) + 20
        if column >= length { return nil }
        let value = mix(UInt64(line) << 16 | UInt64(column), 2)
        return value % 6 == 0 ? nil : value >> 8 & 63
    }

    /// Strokes: two upright and up to three level ones, where the glyph's bits say so.
    private static func isSet(glyph: UInt64, x: Int, y: Int) -> Bool {
        guard 1...6 ~= x, 3...12 ~= y else { return false }
        let isUpper = y < 8
        if x == 1 { return glyph >> (isUpper ? 0 : 1) & 1 != 0 }
        if x == 6 { return glyph >> (isUpper ? 2 : 3) & 1 != 0 }
        if y == 3 { return glyph >> 4 & 1 != 0 }
        if y == 12 { return glyph >> 5 & 1 != 0 }
        return y == 8 && glyph % 3 != 0
    }

    /// A hash of two numbers and the seed (the finaliser of MurmurHash3).
    @inline(__always)
    private func mix(_ one: UInt64, _ other: UInt64) -> UInt64 {
        var value = one &* 0x9E37_79B9_7F4A_7C15 ^ other &* 0xC2B2_AE3D_27D4_EB4F ^ seed
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }
}
