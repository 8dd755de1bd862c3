import ScreenCodec
import ScreenCodecOracle
import Testing
import WireFormat

@Suite("Decoder survives hostile bodies, and judges them as the oracle does")
struct HostileBodyTests {
    private static let limits = Decoder.Limits(maximumWidth: 512, maximumHeight: 512, maximumPixelCount: 65_536)

    /// Bodies of a picture with every kind of tile.
    private func honest(seed: UInt64) -> [[UInt8]] {
        var encoder = Encoder(width: 96, height: 64)
        _ = encoder.update(whole: SamplePicture(width: 96, height: 64, seed: seed).pixels)
        let whole = encoder.bodies(encoder.allTiles) + encoder.coarseBodies(encoder.allTiles, quality: .lowest)
        return whole + encoder.patchBodies(encoder.allTiles, version: 2, seed: seed)
    }

    private func mutate(_ body: inout [UInt8], _ random: inout SeededRandom) {
        for _ in 0...random.next() % 4 {
            guard !body.isEmpty else { return }
            // The size in the header mostly stays, so that most bodies get as far as their tiles.
            let position = Int(random.next() % UInt64(body.count))
            let isSize = 1..<5 ~= position
            switch random.next() % 4 {
            case _ where isSize: continue
            case 0: body[position] ^= 1 << UInt8(random.next() % 8)
            case 1: body[position] = UInt8(truncatingIfNeeded: random.next())
            case 2: body.removeLast(Int(random.next() % UInt64(min(body.count, 40))))
            default: body.append(contentsOf: random.bytes(count: Int(random.next() % 8)))
            }
        }
    }

    @Test("Mutated bodies", arguments: 0..<20)
    func mutated(seed: UInt64) {
        let originals = honest(seed: seed)
        var random = SeededRandom(seed: seed)
        var decoder = Decoder(limits: Self.limits)
        for version in 0..<UInt64(2_500) {
            var body = originals[Int(random.next() % UInt64(originals.count))]
            mutate(&body, &random)
            _ = decoder.result(of: body, version: version)
            #expect(decoder.grid.pixelCount <= Self.limits.maximumPixelCount)
            #expect(decoder.pixels.count == decoder.grid.pixelCount)
        }
    }

    @Test("Random streams behind a valid header", arguments: 0..<20)
    func random(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var decoder = Decoder(limits: Self.limits)
        for version in 0..<UInt64(2_500) {
            let range = random.bytes(count: Int(random.next() % 100))
            let plain = random.bytes(count: Int(random.next() % 200))
            let count = UInt8(truncatingIfNeeded: random.next() % 41)
            let body = [0x30, 0, 100, 0, 80, count, 0x40, UInt8(range.count)] + range + plain
            _ = decoder.result(of: body, version: version)
            #expect(decoder.tilesNeverSeen <= 35)
        }
    }

    @Test("Bytes without any sense", arguments: 0..<10)
    func senseless(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var decoder = Decoder(limits: Self.limits)
        for version in 0..<UInt64(1_000) {
            _ = decoder.result(of: random.bytes(count: Int(random.next() % 300)), version: version)
        }
        #expect(decoder.grid.pixelCount <= Self.limits.maximumPixelCount)
    }

    @Test("The oracle accepts and refuses the same bodies, with the same pixels", arguments: 0..<6)
    func oracle(seed: UInt64) throws {
        let originals = honest(seed: seed + 100)
        var random = SeededRandom(seed: seed)
        for _ in 0..<60 {
            var body = originals[Int(random.next() % UInt64(originals.count))]
            mutate(&body, &random)
            var decoder = Decoder(limits: Self.limits)
            var picture = NaivePicture(width: 96, height: 64)
            for original in originals.prefix(3) {
                _ = decoder.result(of: original, version: 1)
                _ = picture.paint(try NaiveDecoder(original, version: 1), version: 1)
            }
            let result = decoder.result(of: body, version: 2)
            guard let oracle = try? NaiveDecoder(body, version: 2, known: (96, 64)) else {
                #expect((try? result.get()) == nil)
                continue
            }
            if (oracle.width, oracle.height) != (96, 64) {
                picture = NaivePicture(width: oracle.width, height: oracle.height)
            }
            #expect(result == .success(picture.paint(oracle, version: 2)))
            #expect(decoder.picture == picture.pixels)
        }
    }
}
