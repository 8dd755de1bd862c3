import ScreenCodec
import Testing
import WireFormat

@Suite("Encoder keeps to the room it is given")
struct CapacityTests {
    @Test("From nothing to 1,500 bytes: no overflow, and progress from 800 on")
    func everyCapacity() {
        let picture = SamplePicture(width: 160, height: 96, seed: 3)
        var encoder = Encoder(width: 160, height: 96)
        _ = encoder.update(whole: picture.pixels)
        let tiles = encoder.allTiles
        for capacity in 0...1_500 {
            let start = capacity % tiles.count
            let wanted = Array(tiles[start...])
            var count = 0
            let body = [UInt8](capacity: capacity) { output in count = encoder.encode(wanted.span, into: &output) }
            #expect(body.count <= capacity)
            #expect(body.isEmpty == (count == 0))
            if capacity >= 800 { #expect(count > 0) }
        }
    }

    @Test("800 bytes hold the worst tile at the farthest place", arguments: 0..<20)
    func worstTile(seed: UInt64) {
        let picture = SamplePicture.noise(width: 4_096, height: 64, seed: seed)
        var encoder = Encoder(width: 4_096, height: 64)
        _ = encoder.update(whole: picture.pixels)
        for index in stride(from: TileIndex(seed), to: TileIndex(encoder.grid.tileCount), by: 97) {
            #expect(encoder.bodies([index], capacity: 800).count == 1)
        }
    }

    @Test("What is already in the packet stays, and the body decodes alone")
    func appends() throws {
        let picture = SamplePicture(width: 64, height: 64, seed: 8)
        var encoder = Encoder(width: 64, height: 64)
        _ = encoder.update(whole: picture.pixels)
        let tiles = encoder.allTiles
        var count = 0
        let packet = [UInt8](capacity: 1_200) { output in
            for byte: UInt8 in 0..<50 { output.append(byte) }
            count = encoder.encode(tiles.span, into: &output)
        }
        #expect(Array(packet[..<50]) == Array(0..<50))
        var decoder = Decoder()
        #expect(decoder.result(of: Array(packet[50...]), version: 0) == .success(count))
    }

    @Test("No tile, no screen: nothing is written")
    func nothing() {
        var encoder = Encoder(width: 0, height: 0)
        #expect(encoder.bodies([]).isEmpty)
        let none: [TileIndex] = []
        var count = 0
        let body = [UInt8](capacity: 1_200) { output in count = encoder.encode(none.span, into: &output) }
        #expect(body.isEmpty && count == 0)
    }
}
