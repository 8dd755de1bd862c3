import ScreenCodec
import Testing

@Suite("Coarse pictures are small, and never worse than they say")
struct CoarseTests {
    /// A decoded screen against the one that was captured.
    struct Fidelity {
        /// The mean squared error of the screen, and of its worst tile.
        var whole = 0.0
        var worst = 0.0

        /// A peak signal-to-noise ratio of 28 dB.
        static let enough = 255 * 255 / 630.957

        init(_ decoder: Decoder, _ pixels: [UInt32]) {
            var sum = 0.0
            let shown = decoder.pixels
            for tile in 0..<decoder.grid.tileCount {
                let area = decoder.grid.rectangle(of: TileIndex(tile))
                var squares = 0
                for y in area.y..<area.bottom {
                    for index in y * decoder.width + area.x..<y * decoder.width + area.right {
                        let (one, other) = (shown[index], pixels[index])
                        for shift: UInt32 in [0, 8, 16] {
                            let difference = Int(one >> shift & 255) - Int(other >> shift & 255)
                            squares += difference * difference
                        }
                    }
                }
                sum += Double(squares)
                worst = max(worst, Double(squares) / Double(area.width * area.height * 3))
            }
            whole = sum / Double(decoder.grid.pixelCount * 3)
        }
    }

    @Test func `a photo of 1920x1080 fits 64 KB at 28 dB in every part, and becomes exact`() {
        let photo = PhotoPicture(width: 1_920, height: 1_080, seed: 1).pixels()
        var encoder = Encoder(width: 1_920, height: 1_080)
        var decoder = Decoder()
        _ = encoder.update(whole: photo)
        let bodies = encoder.coarseBodies(encoder.allTiles, quality: .lowest)
        for (version, body) in bodies.enumerated() { decoder.result(of: body, version: UInt64(version)) }
        #expect(bodies.reduce(0) { $0 + $1.count } <= 65_536)
        let fidelity = Fidelity(decoder, photo)
        #expect(fidelity.whole <= Fidelity.enough)
        #expect(fidelity.worst <= Fidelity.enough)
        #expect(decoder.isComplete)
        #expect(decoder.coarseCount > 8_000)

        for (version, body) in encoder.bodies(encoder.allTiles).enumerated() {
            decoder.result(of: body, version: UInt64(1_000 + version))
        }
        #expect(decoder.coarseCount == 0)
        #expect(decoder.picture == colours(photo))
    }

    @Test(arguments: 0..<12)
    func `every tile is exact or at 28 dB, whatever it shows`(_ seed: UInt64) {
        let sample = SamplePicture(width: 150, height: 90, seed: seed)
        var encoder = Encoder(width: 150, height: 90)
        var decoder = Decoder()
        _ = encoder.update(whole: sample.pixels)
        for body in encoder.coarseBodies(encoder.allTiles, quality: .lowest) { decoder.result(of: body, version: 1) }
        #expect(decoder.isComplete)
        #expect(Fidelity(decoder, sample.pixels).worst <= Fidelity.enough)
    }

    @Test func `better qualities have less error and more bytes, up to the highest`() {
        let photo = PhotoPicture(width: 320, height: 180, seed: 2).pixels()
        var encoder = Encoder(width: 320, height: 180)
        _ = encoder.update(whole: photo)
        var quality = CoarseQuality.lowest
        var previous = (error: Double.infinity, bytes: 0)
        for _ in 0..<8 {
            var decoder = Decoder()
            let bodies = encoder.coarseBodies(encoder.allTiles, quality: quality)
            for body in bodies { decoder.result(of: body, version: 1) }
            let present = (error: Fidelity(decoder, photo).whole, bytes: bodies.reduce(0) { $0 + $1.count })
            #expect(present.error <= previous.error)
            #expect(present.bytes >= previous.bytes)
            previous = present
            quality = quality.better
        }
        #expect(quality == .highest)
        #expect(previous.error <= 12)
    }

    @Test func `text is sent exactly at once, photos beside it coarsely`() {
        var pixels = PhotoPicture(width: 64, height: 16, seed: 3).pixels()
        for y in 0..<16 {
            for x in 0..<32 { pixels[y * 64 + x] = (x / 2 + y / 3) % 3 == 0 ? 0xFF20_2020 : 0xFFFF_FFFF }
        }
        var encoder = Encoder(width: 64, height: 16)
        _ = encoder.update(whole: pixels)
        var contents: [TileContent] = []
        let tiles = encoder.allTiles
        _ = [UInt8](capacity: 1_200) { output in
            _ = encoder.encode(
                tiles.span, into: &output, quality: { _ in .lowest }, written: { contents.append($1) })
        }
        #expect(contents == [.drawn, .drawn, .coarse, .coarse])
    }

    @Test func `a place without a quality is exact`() {
        let photo = PhotoPicture(width: 64, height: 16, seed: 4).pixels()
        var encoder = Encoder(width: 64, height: 16)
        _ = encoder.update(whole: photo)
        var contents: [TileContent] = []
        let tiles = encoder.allTiles
        var decoder = Decoder()
        let body = [UInt8](capacity: 4_000) { output in
            _ = encoder.encode(
                tiles.span, into: &output, quality: { $0 % 2 == 0 ? .lowest : nil }, written: { contents.append($1) })
        }
        #expect(contents == [.coarse, .photo, .coarse, .photo])
        #expect(decoder.result(of: body, version: 1) == .success(4))
        #expect(decoder.coarseCount == 2)
        for x in 16..<32 { #expect(decoder.picture[x] == photo[x] & 0xFF_FFFF) }
    }
}
