/// A picture's pixels, red above green above blue.
struct Picture {
    let width: Int
    let height: Int
    let pixels: [UInt32]

    /// In words, for a test's message; nil if there is none.
    func difference(from other: Picture) -> String? {
        guard width == other.width, height == other.height else {
            return "\(width)x\(height) is not \(other.width)x\(other.height)"
        }
        let places = pixels.indices.filter { pixels[$0] != other.pixels[$0] }
        guard let first = places.first else { return nil }
        let (x, y) = (first % width, first / width)
        return "\(places.count) of \(pixels.count) pixels differ, the first at (\(x), \(y)): "
            + "\(String(pixels[first], radix: 16)) is not \(String(other.pixels[first], radix: 16))"
    }

    /// - Precondition: it lies within.
    func part(x: Int, y: Int, width: Int, height: Int) -> Picture {
        let rows = (y..<y + height).flatMap { pixels[$0 * self.width + x..<$0 * self.width + x + width] }
        return Picture(width: width, height: height, pixels: rows)
    }

    var colourCount: Int { Set(pixels).count }
}
