import WireFormat
import X11Desktop

/// A remote screen's pixels, and what a window should show of them, computed the slow and plain way.
struct Picture {
    let width: Int
    let height: Int
    var pixels: [UInt32]
    private var random: SeededRandom

    init(width: Int, height: Int, seed: UInt64) {
        self.width = width
        self.height = height
        random = SeededRandom(seed: seed)
        pixels = []
        for _ in 0..<width * height { pixels.append(UInt32.random(in: 0...0xFF_FFFF, using: &random)) }
    }

    /// Changes some rectangles and tells which.
    mutating func scribble() -> [Rectangle] {
        (0..<Int.random(in: 1...4, using: &random)).map { _ in
            let x = Int.random(in: 0..<width, using: &random)
            let y = Int.random(in: 0..<height, using: &random)
            let part = Rectangle(
                x: x, y: y, width: Int.random(in: 1...(width - x), using: &random),
                height: Int.random(in: 1...(height - y), using: &random))
            for y in part.y..<part.bottom {
                for x in part.x..<part.right {
                    pixels[y * width + x] = UInt32.random(in: 0...0xFF_FFFF, using: &random)
                }
            }
            return part
        }
    }

    /// What the window of a layout shows: black around, linear interpolation within (repetition for whole factors).
    func scaled(by layout: ViewLayout) -> [UInt32] {
        var result = [UInt32](repeating: 0, count: layout.windowWidth * layout.windowHeight)
        let visible = layout.area
        for y in visible.y..<visible.bottom {
            let row = taps(y - layout.area.y, layout.area.height, height)
            for x in visible.x..<visible.right {
                let column = taps(x - layout.area.x, layout.area.width, width)
                result[y * layout.windowWidth + x] = colour(column, row)
            }
        }
        return result
    }

    private func colour(_ column: (Int, Int, UInt32), _ row: (Int, Int, UInt32)) -> UInt32 {
        var word: UInt32 = 0
        for shift: UInt32 in [0, 8, 16] {
            func byte(_ x: Int, _ y: Int) -> UInt32 { pixels[y * width + x] >> shift & 0xFF }
            func mix(_ a: UInt32, _ b: UInt32, _ weight: UInt32) -> UInt32 { (a * (256 - weight) + b * weight) / 256 }
            let left = mix(byte(column.0, row.0), byte(column.0, row.1), row.2)
            let right = mix(byte(column.1, row.0), byte(column.1, row.1), row.2)
            word |= mix(left, right, column.2) << shift
        }
        return word
    }

    private func taps(_ index: Int, _ destination: Int, _ source: Int) -> (Int, Int, UInt32) {
        if destination % source == 0 { return (index * source / destination, index * source / destination, 0) }
        let position = max(0, (Double(index) + 0.5) * Double(source) / Double(destination) - 0.5)
        let steps = Int(position * 256 + 1e-6)
        let first = min(steps / 256, source - 1)
        return (first, min(first + 1, source - 1), UInt32(steps % 256))
    }
}
