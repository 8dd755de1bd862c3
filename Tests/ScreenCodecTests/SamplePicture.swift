import ScreenCodec
import WireFormat

/// Pictures that bring out every way of writing a tile.
struct SamplePicture {
    let width: Int
    let height: Int
    var pixels: [UInt32]

    /// Each tile-sized cell is drawn in one of ten ways, chosen by the seed.
    init(width: Int, height: Int, seed: UInt64) {
        self.width = width
        self.height = height
        pixels = [UInt32](repeating: 0xFFFF_FFFF, count: width * height)
        var random = SeededRandom(seed: seed)
        for y in stride(from: 0, to: height, by: 16) {
            for x in stride(from: 0, to: width, by: 16) { drawCell(x, y, &random) }
        }
    }

    init(width: Int, height: Int, pixels: [UInt32]) {
        self.width = width
        self.height = height
        self.pixels = pixels
    }

    /// Every pixel at random, top bytes too.
    static func noise(width: Int, height: Int, seed: UInt64) -> SamplePicture {
        var random = SeededRandom(seed: seed)
        let pixels = (0..<width * height).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        return SamplePicture(width: width, height: height, pixels: pixels)
    }

    private mutating func drawCell(_ left: Int, _ top: Int, _ random: inout SeededRandom) {
        let way = random.next() % 10
        let colours = (0..<12).map { _ in UInt32(truncatingIfNeeded: random.next()) }
        let palette = Int(random.next() % 11) + 2
        for y in top..<min(top + 16, height) {
            for x in left..<min(left + 16, width) {
                let bits = random.next()
                let colour: UInt32? =
                    switch way {
                    case 0: nil
                    case 1: colours[0]
                    case 2: colours[Int(bits % 2)]
                    case 3: bits % 7 == 0 ? 0xFF00_0000 : 0xFFFF_FFFF
                    case 4: colours[Int(bits % UInt64(palette))]
                    case 5: colours[(x / 3 + y / 5) % palette]
                    case 6 where palette < 7: UInt32((x * 5 - y * 7) & 255) &* 0x010101 ^ (bits % 8 == 0 ? 3 : 0)
                    case 6: UInt32(x * 5 & 255) << 16 | UInt32(y * 7 & 255) << 8 | UInt32((x + y) & 255)
                    case 7: UInt32(x * 3 & 255) << 16 | UInt32(y * 3 & 255) << 8 | UInt32(bits & 7)
                    case 8: UInt32(truncatingIfNeeded: bits)
                    default: colours[y % 2]
                    }
                if let colour { pixels[y * width + x] = colour }
            }
        }
    }
}
