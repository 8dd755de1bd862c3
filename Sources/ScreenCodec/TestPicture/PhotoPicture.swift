/// A still picture like a photo of a landscape, drawn from a seed: sky, three ridges in the haze, a meadow, each with
/// its own texture down to single pixels, and a camera's noise. No two neighbours are alike.
///
/// The same size and seed give the same pixels, on every machine: there are only integers in it.
public struct PhotoPicture: Sendable {
    private let width: Int
    private let height: Int
    private let seed: UInt64

    /// A part of the landscape: colours of 0...255, and how rough it looks, in 1/256.
    private struct Layer {
        var red: Int
        var green: Int
        var blue: Int
        var roughness: Int
    }

    private static let layers: [5 of Layer] = [
        Layer(red: 96, green: 142, blue: 196, roughness: 96), Layer(red: 110, green: 128, blue: 150, roughness: 128),
        Layer(red: 70, green: 96, blue: 92, roughness: 192), Layer(red: 58, green: 74, blue: 48, roughness: 256),
        Layer(red: 122, green: 118, blue: 62, roughness: 320),
    ]

    public init(width: Int, height: Int, seed: UInt64) {
        self.width = width
        self.height = height
        self.seed = seed
    }

    /// The whole picture, row by row: blue, green, red and 0xFF, lowest byte first.
    public func pixels() -> [UInt32] {
        var pixels = [UInt32](repeating: 0xFF00_0000, count: width * height)
        for x in 0..<width {
            var layer = 0
            for y in 0..<height {
                while layer < 4, y >= ridge(layer, x) { layer += 1 }
                pixels[y * width + x] = colour(x, y, Self.layers[layer], layer)
            }
        }
        return pixels
    }

    /// Where a layer ends and the next begins.
    private func ridge(_ layer: Int, _ x: Int) -> Int {
        let base = height * (7 + 3 * layer) / 20
        return base + fractal(x, layer * 8_192, largest: 9, smallest: 2) * height / (4_096 + 2_048 * layer)
    }

    private func colour(_ x: Int, _ y: Int, _ layer: Layer, _ number: Int) -> UInt32 {
        let texture = fractal(x, y + number * 100_000, largest: 8, smallest: 0) * layer.roughness / 768
        let tint = fractal(x, y + 1_000_000, largest: 7, smallest: 4) / 24
        let light = (height - y) * 48 / height
        let noise = mix(x, y, 77)
        func channel(_ base: Int, _ shift: UInt64) -> UInt32 {
            let grain = Int(noise >> shift & 3) - Int(noise >> (shift + 2) & 3)
            return UInt32(min(max(base + texture + light + grain, 0), 255))
        }
        return 0xFF00_0000 | channel(layer.red + tint, 0) << 16 | channel(layer.green, 8) << 8
            | channel(layer.blue - tint, 16)
    }

    /// Value noise of halving sizes and strengths, about -512...512.
    private func fractal(_ x: Int, _ y: Int, largest: Int, smallest: Int) -> Int {
        var sum = 0
        for octave in smallest...largest {
            let strength = 256 * 5 / (5 + 4 * (largest - octave))
            sum += (smooth(x, y, octave) - 128) * strength / 128
        }
        return sum
    }

    /// Numbers of 0...255 at the corners of squares with sides of 2^octave, blended in between.
    private func smooth(_ x: Int, _ y: Int, _ octave: Int) -> Int {
        let side = 1 << octave
        let (column, row) = (x >> octave, y >> octave)
        let (right, down) = (x & (side - 1), y & (side - 1))
        func corner(_ x: Int, _ y: Int) -> Int { Int(mix(x, y, octave) & 255) }
        let upper = corner(column, row) * (side - right) + corner(column + 1, row) * right
        let lower = corner(column, row + 1) * (side - right) + corner(column + 1, row + 1) * right
        return (upper * (side - down) + lower * down) >> (2 * octave)
    }

    /// A hash of three numbers and the seed (the finaliser of MurmurHash3).
    private func mix(_ x: Int, _ y: Int, _ kind: Int) -> UInt64 {
        let place = UInt64(truncatingIfNeeded: y << 32 | x)
        var value = place &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: kind) &* 0xC2B2_AE3D_27D4_EB4F ^ seed
        value = (value ^ value >> 33) &* 0xFF51_AFD7_ED55_8CCD
        value = (value ^ value >> 33) &* 0xC4CE_B9FE_1A85_EC53
        return value ^ value >> 33
    }
}
