import ScreenCodec
import WireFormat

/// What is compared: the colour, not the byte that X leaves undefined.
func colours(_ pixels: [UInt32]) -> [UInt32] { pixels.map { $0 & 0xFFFFFF } }

extension Encoder {
    /// Takes over a whole picture and returns the tiles that changed.
    mutating func update(whole pixels: [UInt32]) -> [TileIndex] {
        var changed: [TileIndex] = []
        update(from: pixels.span, stride: max(grid.width, 1), damage: grid.bounds) { changed.append($0) }
        return changed
    }

    /// Bodies of at most `capacity` bytes that hold all the tiles given.
    mutating func bodies(_ tiles: [TileIndex], capacity: Int = 1_200) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        var rest = tiles[...]
        while !rest.isEmpty {
            var count = 0
            let wanted = Array(rest)
            let body = [UInt8](capacity: capacity) { output in count = encode(wanted.span, into: &output) }
            if count == 0 { break }
            bodies.append(body)
            rest = rest.dropFirst(count)
        }
        return bodies
    }

    /// The same with coarse pictures of what has many colours.
    mutating func coarseBodies(_ tiles: [TileIndex], quality: CoarseQuality, capacity: Int = 1_150) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        var rest = tiles[...]
        while !rest.isEmpty {
            var count = 0
            let wanted = Array(rest)
            let body = [UInt8](capacity: capacity) { output in
                count = encode(wanted.span, into: &output, quality: { _ in quality }, written: { _, _ in })
            }
            if count == 0 { break }
            bodies.append(body)
            rest = rest.dropFirst(count)
        }
        return bodies
    }

    /// Bodies with parts of tiles, drawn from a seed, that build on version 1.
    mutating func patchBodies(_ tiles: [TileIndex], version: UInt64, seed: UInt64) -> [[UInt8]] {
        var random = SeededRandom(seed: seed)
        var areas: [TileIndex: TileArea] = [:]
        for tile in tiles {
            let size = grid.rectangle(of: tile)
            let part = (x: random.index(below: size.width), y: random.index(below: size.height))
            areas[tile] = TileArea(
                x: part.x, y: part.y, width: 1 + random.index(below: size.width - part.x),
                height: 1 + random.index(below: size.height - part.y))
        }
        return bodies(tiles, version: version) { areas[$0].map { TilePatch(area: $0, basis: 1) } }
    }

    /// Bodies with what of each tile is to go.
    mutating func bodies(
        _ tiles: [TileIndex], version: UInt64, patch: (TileIndex) -> TilePatch?
    ) -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        var rest = tiles[...]
        while !rest.isEmpty {
            var count = 0
            let wanted = Array(rest)
            let body = [UInt8](capacity: 1_150) { output in
                count = encode(
                    wanted.span, into: &output, version: version, patch: patch, quality: { _ in nil },
                    written: { _, _ in })
            }
            if count == 0 { break }
            bodies.append(body)
            rest = rest.dropFirst(count)
        }
        return bodies
    }

    var allTiles: [TileIndex] { (0..<TileIndex(grid.tileCount)).map { $0 } }

    var picture: [UInt32] {
        let span = pixels
        return span.indices.map { span[$0] & 0xFFFFFF }
    }
}

extension Decoder {
    /// The result as a value, so that it can be looked at inside an expectation.
    @discardableResult
    mutating func result(of body: [UInt8], version: UInt64) -> Result<Int, Failure> {
        let span = body.span
        do throws(Failure) { return .success(try decode(span, version: version)) } catch { return .failure(error) }
    }

    var picture: [UInt32] {
        let span = pixels
        return span.indices.map { span[$0] & 0xFFFFFF }
    }
}

extension SeededRandom {
    /// - Parameter end: at least 1.
    mutating func index(below end: Int) -> Int { Int(next() % UInt64(end)) }
}
