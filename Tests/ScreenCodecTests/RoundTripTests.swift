import ScreenCodec
import ScreenCodecOracle
import Testing
import WireFormat

@Suite("Encoder and decoder agree, and the oracle with both")
struct RoundTripTests {
    /// Sends a picture whole and compares what the decoder shows with it; every body also goes through the oracle.
    private func check(
        _ picture: SamplePicture, capacity: Int = 1_200, withOracle: Bool = true
    ) throws -> [Int] {
        var encoder = Encoder(width: picture.width, height: picture.height)
        _ = encoder.update(whole: picture.pixels)
        var decoder = Decoder()
        var version: UInt64 = 0
        for body in encoder.bodies(encoder.allTiles, capacity: capacity) {
            version += 1
            let result = decoder.result(of: body, version: version)
            guard withOracle else { continue }
            let oracle = try NaiveDecoder(body)
            #expect(result == .success(oracle.tiles.count))
            for tile in oracle.tiles { #expect(tile.pixels == part(of: picture, encoder.grid, tile.index)) }
        }
        #expect(decoder.isComplete)
        #expect(decoder.picture == colours(picture.pixels))
        return encoder.kindCounts
    }

    private func part(of picture: SamplePicture, _ grid: TileGrid, _ index: Int) -> [UInt32] {
        let area = grid.rectangle(of: TileIndex(index))
        return (area.y..<area.bottom).flatMap { y in
            (area.x..<area.right).map { x in picture.pixels[y * picture.width + x] & 0xFFFFFF }
        }
    }

    @Test("Every kind of tile is written and read", arguments: 0..<12)
    func kinds(seed: UInt64) throws {
        let counts = try check(SamplePicture(width: 320, height: 192, seed: seed))
        #expect(counts.prefix(7).allSatisfy { $0 > 0 }, "\(counts)")
    }

    @Test("Noise is never larger than raw", arguments: 0..<4)
    func noise(seed: UInt64) throws {
        let picture = SamplePicture.noise(width: 128, height: 64, seed: seed)
        _ = try check(picture)
        var encoder = Encoder(width: 128, height: 64)
        _ = encoder.update(whole: picture.pixels)
        for body in encoder.bodies(encoder.allTiles, capacity: 800) { #expect(body.count <= 9 + 768 + 8) }
    }

    @Test("Every size of edge tile", arguments: 1...40)
    func edges(width: Int) throws {
        for height in 1...40 {
            let picture = SamplePicture(width: width, height: height, seed: UInt64(width * 64 + height))
            _ = try check(picture, withOracle: (width + height) % 7 == 0)
        }
    }

    @Test("Any capacity", arguments: [790, 800, 900, 1_000, 1_200, 1_452, 1_500, 9_000, 70_000])
    func capacities(capacity: Int) throws {
        _ = try check(SamplePicture(width: 200, height: 120, seed: 99), capacity: capacity)
    }

    @Test("A screen of one colour is one small datagram")
    func blank() throws {
        var encoder = Encoder(width: 3_840, height: 2_160)
        _ = encoder.update(whole: [UInt32](repeating: 0x0033_6699, count: 3_840 * 2_160))
        let bodies = encoder.bodies(encoder.allTiles)
        #expect(bodies.count == 1)
        #expect(bodies[0].count < 200)
        var decoder = Decoder()
        #expect(decoder.result(of: bodies[0], version: 1) == .success(encoder.grid.tileCount))
        #expect(decoder.picture.allSatisfy { $0 == 0x336699 })
    }

    @Test("Tiles in any order, and twice", arguments: 0..<8)
    func order(seed: UInt64) throws {
        let picture = SamplePicture(width: 250, height: 130, seed: seed)
        var encoder = Encoder(width: 250, height: 130)
        _ = encoder.update(whole: picture.pixels)
        var random = SeededRandom(seed: seed)
        let tiles = encoder.allTiles.shuffled(using: &random) + encoder.allTiles.reversed()
        var decoder = Decoder()
        for (position, body) in encoder.bodies(tiles).enumerated() {
            let oracle = try NaiveDecoder(body)
            #expect(decoder.result(of: body, version: UInt64(position)) == .success(oracle.tiles.count))
        }
        #expect(decoder.picture == colours(picture.pixels))
    }

    @Test("One input gives one output, whatever was encoded before")
    func determinism() {
        let picture = SamplePicture(width: 320, height: 200, seed: 5)
        var one = Encoder(width: 320, height: 200)
        _ = one.update(whole: picture.pixels)
        var other = one
        _ = other.bodies(other.allTiles.reversed())
        let first = one.bodies(one.allTiles)
        #expect(first == other.bodies(other.allTiles))
        #expect(first == one.bodies(one.allTiles))
    }
}
