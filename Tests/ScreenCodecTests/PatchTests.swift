import ScreenCodec
import ScreenCodecOracle
import Testing
import WireFormat

@Suite("Parts of tiles build on what the viewer has, and on nothing else")
struct PatchTests {
    /// A decoder, the encoder that it follows, and the oracle beside it.
    private struct Pair {
        var encoder: Encoder
        var decoder = Decoder()
        var oracle: NaivePicture
        /// Of each tile, as the encoder's side knows it.
        var editions: [UInt64]
        var version: UInt64 = 0

        init(_ picture: SamplePicture) throws {
            encoder = Encoder(width: picture.width, height: picture.height)
            oracle = NaivePicture(width: picture.width, height: picture.height)
            editions = [UInt64](repeating: 0, count: encoder.grid.tileCount)
            _ = encoder.update(whole: picture.pixels)
            try send(encoder.bodies(encoder.allTiles), holding: encoder.allTiles)
        }

        /// Hands bodies of one version to both.
        mutating func send(_ bodies: [[UInt8]], holding tiles: [TileIndex]) throws {
            for body in bodies {
                let naive = try NaiveDecoder(body, version: version)
                #expect(decoder.result(of: body, version: version) == .success(oracle.paint(naive, version: version)))
            }
            for tile in tiles { editions[Int(tile)] = version }
            #expect(decoder.picture == oracle.pixels)
        }

        /// Changes pixels and sends what changed, as parts of tiles; `forge` changes what some of them build on.
        mutating func change(
            _ random: inout SeededRandom, forge: (inout TilePatch, inout SeededRandom) -> Bool = { _, _ in false }
        ) throws -> Set<TileIndex> {
            let (width, height) = (encoder.grid.width, encoder.grid.height)
            var pixels = Array(encoder.picture)
            for _ in 0..<1 + random.index(below: 5) {
                let (x, y) = (random.index(below: width), random.index(below: height))
                let right = min(width, x + 1 + random.index(below: 40))
                let bottom = min(height, y + 1 + random.index(below: 20))
                let (colour, isNoise) = (UInt32(truncatingIfNeeded: random.next()), random.next() % 2 == 0)
                for index in (y..<bottom).flatMap({ row in (x..<right).map { row * width + $0 } }) {
                    pixels[index] = isNoise ? UInt32(truncatingIfNeeded: random.next()) : colour
                }
            }
            var patches: [TileIndex: TilePatch] = [:]
            var forged: Set<TileIndex> = []
            encoder.update(from: pixels.span, stride: width, damage: encoder.grid.bounds) { tile, area in
                patches[tile] = TilePatch(area: area, basis: editions[Int(tile)])
            }
            let tiles = patches.keys.sorted()
            for tile in tiles {
                guard var patch = patches[tile] else { continue }
                if forge(&patch, &random) { forged.insert(tile) }
                patches[tile] = patch
            }
            version += 1
            try send(encoder.bodies(tiles, version: version) { patches[$0] }, holding: tiles)
            return forged
        }
    }

    @Test("What changed is all that is sent, and the picture is right", arguments: 0..<12)
    func changes(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pair = try Pair(SamplePicture(width: 150, height: 90, seed: seed))
        for _ in 0..<30 {
            _ = try pair.change(&random)
            #expect(pair.decoder.picture == pair.encoder.picture)
        }
        #expect(pair.encoder.patchCount > 30)
        #expect(pair.decoder.missedCount == 0)
        pair.decoder.takeRefusedBodies { _ in Issue.record("refused though nothing was lost") }
    }

    @Test("What builds on another edition is refused and told, until the whole tile comes", arguments: 0..<12)
    func refusals(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var pair = try Pair(SamplePicture(width: 150, height: 90, seed: seed))
        var refusals = 0
        for _ in 0..<20 {
            let forged = try pair.change(&random) { patch, random in
                guard random.next() % 2 == 0 else { return false }
                let isMove = patch.basis == 0 || random.next() % 2 == 0
                patch.basis = isMove ? TileEdition.moved(UInt32(truncatingIfNeeded: random.next())) : 0
                return true
            }
            var refused: [UInt64] = []
            pair.decoder.takeRefusedBodies { refused.append($0) }
            #expect(refused == pair.oracle.refused.suffix(refused.count))
            #expect(pair.decoder.missedCount == 0 || !refused.isEmpty)
            if pair.decoder.missedCount == 0 { #expect(pair.decoder.picture == pair.encoder.picture) }
            refusals += refused.count
            pair.version += 1
            let missed = forged.sorted()
            try pair.send(pair.encoder.bodies(missed), holding: missed)
            #expect(pair.decoder.missedCount == 0)
            #expect(pair.decoder.picture == pair.encoder.picture)
        }
        #expect(refusals > 5)
    }

    @Test("A late patch changes nothing and lacks nothing")
    func late() throws {
        var pair = try Pair(SamplePicture(width: 64, height: 48, seed: 1))
        let body = pair.encoder.patchBodies([5], version: 3, seed: 1)[0]
        #expect(pair.decoder.result(of: pair.encoder.bodies([5])[0], version: 9) == .success(1))
        let before = pair.decoder.picture
        #expect(pair.decoder.result(of: body, version: 3) == .success(0))
        #expect(pair.decoder.picture == before)
        #expect(pair.decoder.missedCount == 0)
        pair.decoder.takeRefusedBodies { _ in Issue.record("refused what is old") }
    }

    @Test("The part that is told holds all that changed, and no more", arguments: 0..<20)
    func parts(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (width, height) = (1 + random.index(below: 90), 1 + random.index(below: 70))
        var encoder = Encoder(width: width, height: height)
        let old = [UInt32](repeating: 0, count: width * height)
        var new = old
        for _ in 0..<random.index(below: 30) { new[random.index(below: new.count)] = 0x10203 }
        var areas: [TileIndex: TileArea] = [:]
        encoder.update(from: new.span, stride: width, damage: encoder.grid.bounds) { areas[$0] = $1 }
        for tile in encoder.allTiles {
            let whole = encoder.grid.rectangle(of: tile)
            let places = (0..<whole.width * whole.height).map { ($0 % whole.width, $0 / whole.width) }
                .filter { new[(whole.y + $0.1) * width + whole.x + $0.0] != 0 }
            guard let left = places.map(\.0).min(), let right = places.map(\.0).max(),
                let top = places.map(\.1).min(), let bottom = places.map(\.1).max()
            else {
                #expect(areas[tile] == nil)
                continue
            }
            #expect(areas[tile] == TileArea(x: left, y: top, width: right - left + 1, height: bottom - top + 1))
        }
    }
}
