import ScreenCodec
import Testing
import WireFormat

@Suite("Decoder keeps the newest and trusts nothing")
struct DecoderTests {
    private func body(width: Int, height: Int, filledWith colour: UInt32) -> [UInt8] {
        var encoder = Encoder(width: width, height: height)
        _ = encoder.update(whole: [UInt32](repeating: colour, count: width * height))
        return encoder.bodies(encoder.allTiles)[0]
    }

    @Test("An older body never overwrites a newer tile")
    func versions() {
        let newer = body(width: 64, height: 32, filledWith: 0x00FF00)
        let older = body(width: 64, height: 32, filledWith: 0xFF0000)
        var decoder = Decoder()
        #expect(decoder.result(of: newer, version: 7) == .success(8))
        #expect(decoder.result(of: older, version: 6) == .success(0))
        #expect(decoder.picture.allSatisfy { $0 == 0x00FF00 })
        #expect(decoder.result(of: older, version: 8) == .success(8))
        #expect(decoder.picture.allSatisfy { $0 == 0xFF0000 })
    }

    @Test("Frames whose bodies arrive in any order end in the last frame", arguments: 0..<6)
    func shuffled(seed: UInt64) {
        var encoder = Encoder(width: 160, height: 100)
        var sent: [(body: [UInt8], version: UInt64)] = []
        for frame in 0..<5 {
            let picture = SamplePicture(width: 160, height: 100, seed: seed * 10 + UInt64(frame))
            _ = encoder.update(whole: picture.pixels)
            for body in encoder.bodies(encoder.allTiles) { sent.append((body, UInt64(sent.count))) }
        }
        var random = SeededRandom(seed: seed)
        sent.shuffle(using: &random)
        var decoder = Decoder()
        for (body, version) in sent { _ = decoder.result(of: body, version: version) }
        #expect(decoder.isComplete)
        #expect(decoder.picture == encoder.picture)
    }

    @Test("Tiles never seen are counted until the picture is complete")
    func completeness() throws {
        var encoder = Encoder(width: 100, height: 50)
        _ = encoder.update(whole: SamplePicture(width: 100, height: 50, seed: 1).pixels)
        var decoder = Decoder()
        #expect(!decoder.isComplete)
        try decoder.resize(width: 100, height: 50)
        #expect(decoder.tilesNeverSeen == 28)
        let first = encoder.bodies([3, 4, 5])
        for body in first { _ = decoder.result(of: body, version: 1) }
        #expect(decoder.tilesNeverSeen == 25)
        for body in first { _ = decoder.result(of: body, version: 2) }
        #expect(decoder.tilesNeverSeen == 25)
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 3) }
        #expect(decoder.isComplete)
    }

    @Test("A newer body brings its size, an older one is refused")
    func sizes() {
        var decoder = Decoder()
        #expect(decoder.result(of: body(width: 64, height: 32, filledWith: 1), version: 5) == .success(8))
        #expect(decoder.result(of: body(width: 32, height: 32, filledWith: 2), version: 4) == .failure(.otherSize))
        #expect(decoder.result(of: body(width: 32, height: 32, filledWith: 3), version: 6) == .success(4))
        #expect(decoder.width == 32 && decoder.isComplete)
        #expect(decoder.result(of: body(width: 64, height: 32, filledWith: 1), version: 5) == .failure(.otherSize))
        #expect(decoder.picture.allSatisfy { $0 == 3 })
    }

    @Test("Sizes beyond the limits are refused")
    func limits() throws {
        var decoder = Decoder(limits: .init(maximumWidth: 640, maximumHeight: 480, maximumPixelCount: 100_000))
        #expect(throws: Decoder.Failure.sizeRefused) { try decoder.resize(width: 641, height: 1) }
        #expect(throws: Decoder.Failure.sizeRefused) { try decoder.resize(width: 1, height: 481) }
        #expect(throws: Decoder.Failure.sizeRefused) { try decoder.resize(width: 640, height: 480) }
        #expect(throws: Decoder.Failure.sizeRefused) { try decoder.resize(width: -1, height: 1) }
        #expect(
            decoder.result(of: body(width: 1_024, height: 16, filledWith: 1), version: 1) == .failure(.sizeRefused))
        try decoder.resize(width: 320, height: 240)
        #expect(decoder.width == 320)
    }

    @Test("Broken headers")
    func headers() {
        var decoder = Decoder()
        #expect(decoder.result(of: [], version: 1) == .failure(.truncated))
        #expect(decoder.result(of: [0x31, 0, 1, 0, 1], version: 1) == .failure(.truncated))
        #expect(decoder.result(of: [0x31, 0, 1, 0, 1, 0x40], version: 1) == .failure(.truncated))
        #expect(decoder.result(of: [0x21, 0, 1, 0, 1, 0], version: 1) == .failure(.unknownVersion))
        #expect(decoder.result(of: [0x51, 0], version: 1) == .failure(.unknownVersion))
        #expect(decoder.result(of: [0x41, 0], version: 1) == .failure(.otherSize))
        #expect(decoder.result(of: [0x31, 0, 16, 0, 16, 1], version: 1) == .failure(.truncated))
        let huge: [UInt8] = [0x31, 0, 16, 0, 16] + [UInt8](repeating: 0xFF, count: 8)
        #expect(decoder.result(of: huge, version: 1) == .failure(.truncated))
        #expect(decoder.result(of: [0x32, 0, 16, 0, 16, 0], version: 1) == .failure(.tooManyTiles))
        let many: [UInt8] = [0x30, 0, 16, 0, 16] + [UInt8](repeating: 0xFF, count: 8) + [0]
        #expect(decoder.result(of: many, version: 1) == .failure(.tooManyTiles))
        #expect(decoder.result(of: [0x31, 0, 0, 0, 0, 0], version: 2) == .failure(.tooManyTiles))
        #expect(decoder.result(of: [0x30, 0, 16, 0, 16, 0, 0], version: .max) == .failure(.malformed))
    }

    @Test("A body that names no size is of the one that the picture has, unless that is newer")
    func sizeless() {
        var encoder = Encoder(width: 64, height: 48)
        var decoder = Decoder()
        #expect(decoder.result(of: encoder.sizelessBody(), version: 3) == .failure(.otherSize))
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 4) }
        #expect(decoder.result(of: encoder.sizelessBody(), version: 4) == .success(12))
        #expect(decoder.result(of: encoder.sizelessBody(), version: 5) == .success(12))
        encoder.resize(width: 32, height: 48)
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 7) }
        #expect(decoder.result(of: encoder.sizelessBody(), version: 6) == .failure(.otherSize))
        #expect(decoder.result(of: encoder.sizelessBody(), version: 8) == .success(6))
        #expect(decoder.picture == encoder.picture)
    }

    @Test("Damage covers every painted tile once, and is then empty", arguments: 0..<10)
    func damage(seed: UInt64) throws {
        var encoder = Encoder(width: 200, height: 90)
        _ = encoder.update(whole: SamplePicture(width: 200, height: 90, seed: seed).pixels)
        var decoder = Decoder()
        try decoder.resize(width: 200, height: 90)
        decoder.takeDamage { _ in }
        var random = SeededRandom(seed: seed)
        let tiles = encoder.allTiles.filter { _ in random.next() % 3 == 0 }
        for body in encoder.bodies(tiles) { _ = decoder.result(of: body, version: 1) }
        var covered = [Int](repeating: 0, count: 200 * 90)
        let bounds = decoder.damage
        decoder.takeDamage { area in
            #expect(area.intersection(bounds) == area)
            for y in area.y..<area.bottom { for x in area.x..<area.right { covered[y * 200 + x] += 1 } }
        }
        var expected = [Int](repeating: 0, count: 200 * 90)
        for tile in tiles {
            let area = encoder.grid.rectangle(of: tile)
            for y in area.y..<area.bottom { for x in area.x..<area.right { expected[y * 200 + x] = 1 } }
        }
        #expect(covered == expected)
        #expect(decoder.damage.isEmpty)
        decoder.takeDamage { _ in Issue.record("damage twice") }
    }
}

extension Encoder {
    /// All tiles in one body, for a viewer that knows the size.
    fileprivate mutating func sizelessBody() -> [UInt8] {
        let tiles = allTiles
        return [UInt8](capacity: 1_200) { output in
            _ = encode(
                tiles.span, into: &output, version: 0, isSizeKnown: true, patch: { _ in nil }, quality: { _ in nil },
                written: { _, _ in })
        }
    }
}
