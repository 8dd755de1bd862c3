import WireFormat

/// A picture with the statistics of a photo: light and shade at all sizes, and grain.
struct Photo {
    let width: Int
    let height: Int
    private(set) var pixels: [UInt32]

    /// - Parameter grain: how far a pixel's value strays at most.
    init(width: Int, height: Int, seed: UInt64, grain: Int = 2) {
        self.width = width
        self.height = height
        var random = SeededRandom(seed: seed)
        var channels: [[Int32]] = []
        for _ in 0..<3 {
            var channel = [Int32](repeating: 0, count: width * height)
            for (cell, weight) in [(480, 110), (160, 70), (48, 40), (12, 16)] {
                Self.add(&channel, width, height, cell: cell, weight: Int32(weight), &random)
            }
            channels.append(channel)
        }
        pixels = [UInt32](repeating: 0, count: width * height)
        for index in pixels.indices {
            let noise = grain == 0 ? 0 : Int32(random.next() % UInt64(2 * grain + 1)) - Int32(grain)
            var word: UInt32 = 0
            for channel in channels { word = word << 8 | UInt32(max(0, min(255, channel[index] + noise + 10))) }
            pixels[index] = word
        }
    }

    /// Random values on a grid, interpolated between.
    private static func add(
        _ channel: inout [Int32], _ width: Int, _ height: Int, cell: Int, weight: Int32, _ random: inout SeededRandom
    ) {
        let columns = width / cell + 2
        let grid = (0..<columns * (height / cell + 2)).map { _ in Int32(random.next() % UInt64(weight)) }
        for y in 0..<height {
            let (row, fy) = (y / cell, Int32(y % cell))
            for x in 0..<width {
                let (column, fx) = (x / cell, Int32(x % cell))
                let corner = row * columns + column
                let size = Int32(cell)
                let top = grid[corner] * (size - fx) + grid[corner + 1] * fx
                let bottom = grid[corner + columns] * (size - fx) + grid[corner + columns + 1] * fx
                channel[y * width + x] += (top / size * (size - fy) + bottom / size * fy) / size
            }
        }
    }

    /// Two photos laid over each other, each shifted by its own way, with grain of its own: a frame of a film.
    static func frame(of first: Photo, over second: Photo, number: Int, width: Int, height: Int) -> [UInt32] {
        var random = SeededRandom(seed: UInt64(number))
        var result = [UInt32](repeating: 0, count: width * height)
        for y in 0..<height {
            for x in 0..<width {
                let one = first.pixels[(y + number) % first.height * first.width + (x + 3 * number) % first.width]
                let two = second.pixels[(y + 2 * number) % second.height * second.width + x]
                let mean = (one & 0xFE_FEFE) / 2 + (two & 0xFE_FEFE) / 2
                result[y * width + x] = mean ^ UInt32(truncatingIfNeeded: random.next() & 0x01_0101)
            }
        }
        return result
    }
}
