import ScreenCodec

/// The seeded test picture, frame after frame.
struct Film {
    static let width = 640
    static let height = 480
    private static let bodyBytes = 1_150

    private var picture = TestPicture(width: width, height: height, seed: 1)
    private(set) var pixels = [UInt32](repeating: 0, count: width * height)

    mutating func next() -> [Rectangle] {
        var damage: [Rectangle] = []
        var next = picture
        var span = pixels.mutableSpan
        next.drawNext(into: &span) { damage.append($0) }
        picture = next
        return damage
    }

    func changedTiles(_ damage: [Rectangle], in encoder: inout Encoder) -> [TileIndex] {
        var tiles: [TileIndex] = []
        for rectangle in damage {
            encoder.update(from: pixels.span, stride: Self.width, damage: rectangle) { tiles.append($0) }
        }
        return tiles
    }

    static func encode(_ tiles: [TileIndex], with encoder: inout Encoder) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        var next = 0
        while next < tiles.count {
            var count = 0
            let rest = tiles.span.extracting(next..<tiles.count)
            let body = [UInt8](capacity: bodyBytes) { count = encoder.encode(rest, into: &$0) }
            guard count > 0 else { break }
            bodies.append(body)
            next += count
        }
        return bodies
    }
}
