import ScreenCodec
import Testing
import WireFormat

@Suite("What moved is found, and moved alike on both sides")
struct MoveTests {
    /// Pixels at random, in 64 colours.
    private func noise(_ width: Int, _ height: Int, seed: UInt64) -> [UInt32] {
        var random = SeededRandom(seed: seed)
        return (0..<width * height).map { _ in UInt32(random.next() % 64) &* 0x010305 }
    }

    private func moves(of encoder: Encoder, in pixels: [UInt32], stride: Int, damage: [Rectangle]) -> FoundMoves? {
        encoder.findMoves(in: pixels.span, stride: stride, damage: damage)
    }

    private func encoder(_ width: Int, _ height: Int, showing pixels: [UInt32]) -> Encoder {
        var encoder = Encoder(width: width, height: height)
        _ = encoder.update(whole: pixels)
        return encoder
    }

    @Test("A window that moves by any way is found whole", arguments: 0..<40)
    func window(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (width, height) = (320, 240)
        let window = Rectangle(x: 100, y: 80, width: 101, height: 87)
        var shift = (x: 0, y: 0)
        while shift == (0, 0) { shift = (Int(random.next() % 181) - 90, Int(random.next() % 141) - 70) }
        let before = noise(width, height, seed: seed)
        var after = before
        for y in window.y..<window.bottom {
            for x in window.x..<window.right { after[y * width + x] = 0x777777 }
        }
        for y in 0..<window.height {
            for x in 0..<window.width {
                after[(window.y - shift.y + y) * width + window.x - shift.x + x] =
                    before[(window.y + y) * width + window.x + x]
            }
        }
        var encoder = encoder(width, height, showing: before)
        let found = try #require(
            moves(of: encoder, in: after, stride: width, damage: [encoder.grid.bounds]), "shift \(shift)")
        #expect(found.deltaX == shift.x && found.deltaY == shift.y)
        for area in found.areas {
            let move = Move(area: area, deltaX: shift.x, deltaY: shift.y, number: 0)
            if encoder.holds(move, in: after.span, stride: width) { encoder.make(move) }
        }
        var changed = 0
        for index in after.indices where encoder.pixels[index] & 0xFFFFFF != after[index] & 0xFFFFFF { changed += 1 }
        // What the move leaves is where the window was; its edges are found to the pixel.
        #expect(changed <= window.width * window.height, "shift \(shift): \(changed) pixels are left")
    }

    @Test("What did not move is not found", arguments: 0..<10)
    func nothing(seed: UInt64) {
        let encoder = encoder(200, 150, showing: noise(200, 150, seed: seed))
        for other in [noise(200, 150, seed: seed + 100), [UInt32](repeating: 5, count: 200 * 150)] {
            #expect(moves(of: encoder, in: other, stride: 200, damage: [encoder.grid.bounds]) == nil)
        }
    }

    @Test("Pictures that look alike everywhere are searched and come out right", arguments: 1..<12)
    func periodic(period: Int) {
        let (width, height) = (400, 300)
        let picture = { (phase: Int) -> [UInt32] in
            (0..<width * height).map { index in
                UInt32(((index % width + phase) % (period + 1)) * ((index / width) % (period + 2)) * 40)
            }
        }
        var encoder = encoder(width, height, showing: picture(0))
        let next = picture(1)
        guard let found = moves(of: encoder, in: next, stride: width, damage: [encoder.grid.bounds]) else { return }
        for area in found.areas {
            let move = Move(area: area, deltaX: found.deltaX, deltaY: found.deltaY, number: 0)
            let isHeld = encoder.holds(move, in: next.span, stride: width)
            guard isHeld else { continue }
            encoder.make(move)
            for y in area.y..<area.bottom {
                for x in area.x..<area.right {
                    let pixel = encoder.pixels[y * width + x]
                    #expect(pixel & 0xFFFFFF == next[y * width + x] & 0xFFFFFF)
                }
            }
        }
    }

    @Test("Captures too short, and absurd damage, find nothing")
    func absurd() {
        let encoder = encoder(100, 80, showing: noise(100, 80, seed: 1))
        let short = [UInt32](repeating: 0, count: 100 * 79)
        let huge = Rectangle(x: .min, y: .min, width: .max, height: .max)
        #expect(moves(of: encoder, in: short, stride: 100, damage: [encoder.grid.bounds]) == nil)
        #expect(moves(of: encoder, in: short, stride: 0, damage: [huge]) == nil)
        #expect(moves(of: encoder, in: short, stride: 50, damage: []) == nil)
        let whole = noise(100, 80, seed: 1)
        #expect(moves(of: encoder, in: whole, stride: 100, damage: [huge, huge]) == nil)
    }

    /// A decoder and, beside it, pixels that are moved one by one.
    @Test("A decoder moves as pixels moved one by one do, and refuses what it cannot know", arguments: 0..<12)
    func naive(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let (width, height) = (130, 100)
        var encoder = encoder(width, height, showing: noise(width, height, seed: seed))
        var decoder = Decoder()
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 1) }
        var editions = [UInt64](repeating: 1, count: encoder.grid.tileCount)
        var pixels = decoder.picture
        for number in 0..<UInt32(40) {
            let size = (Int(random.next() % 130) + 1, Int(random.next() % 100) + 1)
            let area = Rectangle(
                x: Int(random.next() % UInt64(width - size.0 + 1)), y: Int(random.next() % UInt64(height - size.1 + 1)),
                width: size.0, height: size.1)
            let to = (Int(random.next() % UInt64(width - size.0 + 1)), Int(random.next() % UInt64(height - size.1 + 1)))
            guard to != (area.x, area.y) else { continue }
            var move = Move(area: area, deltaX: to.0 - area.x, deltaY: to.1 - area.y, number: number)
            let isForged = random.next() % 4 == 0
            move.basis = move.digest(of: editions.span, in: encoder.grid) ^ (isForged ? 1 : 0)
            try make([move], in: &decoder, version: UInt64(number) + 2, grid: encoder.grid)
            var refused: [UInt32] = []
            decoder.takeRefusedMoves { refused.append($0) }
            #expect(refused == (isForged ? [number] : []))
            if !isForged {
                let old = pixels
                for y in area.y..<area.bottom {
                    for x in area.x..<area.right {
                        pixels[y * width + x] = old[(y + move.deltaY) * width + x + move.deltaX]
                    }
                }
                move.forEachTileWritten(in: encoder.grid) { editions[Int($0)] = TileEdition.moved(number) }
            }
            #expect(decoder.picture == pixels)
        }
        let forged = Move(area: Rectangle(x: 0, y: 0, width: 20, height: 20), deltaX: 1, deltaY: 0, number: 99)
        try make([forged], in: &decoder, version: 999, grid: encoder.grid)
        #expect(decoder.missedCount >= 4)
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 1_000) }
        #expect(decoder.missedCount == 0)
    }

    private func make(
        _ moves: [Move], in decoder: inout Decoder, version: UInt64, grid: TileGrid
    ) throws(Decoder.Failure) {
        let bytes = [UInt8](capacity: 6_000) { output in MoveList.append(moves.span, in: grid, to: &output) }
        var reader = ByteReader(bytes.span)
        try decoder.makeMoves(from: &reader, count: moves.count, version: version)
    }

    @Test("A move that comes after what it would overwrite is refused")
    func late() throws {
        var encoder = encoder(64, 64, showing: noise(64, 64, seed: 3))
        var decoder = Decoder()
        for body in encoder.bodies(encoder.allTiles) { _ = decoder.result(of: body, version: 1) }
        let editions = [UInt64](repeating: 1, count: 16)
        var move = Move(
            area: Rectangle(x: 0, y: 0, width: 32, height: 16), deltaX: 0, deltaY: 16, number: 0)
        move.basis = move.digest(of: editions.span, in: encoder.grid)
        for body in encoder.bodies([0]) { _ = decoder.result(of: body, version: 5) }
        let before = decoder.picture
        try make([move], in: &decoder, version: 4, grid: encoder.grid)
        #expect(decoder.picture == before)
        // The tile that is newer lacks nothing; the other one does.
        #expect(decoder.missedCount == 1)
    }

    @Test("Impossible moves are malformed, and nothing is moved")
    func malformed() {
        let grid = TileGrid(width: 64, height: 48)
        var decoder = Decoder()
        let whole = Rectangle(x: 0, y: 0, width: 64, height: 48)
        let part = Rectangle(x: 16, y: 0, width: 32, height: 48)
        for (area, x, y) in [
            (part, 0, 0), (part, 17, 0), (part, -17, 0), (part, 0, 1), (whole, 0, 0),
            (Rectangle(x: 5, y: 5, width: 0, height: 4), 1, 1), (Rectangle(x: 60, y: 5, width: 5, height: 4), -1, 1),
        ] {
            let move = Move(area: area, deltaX: x, deltaY: y, number: 0)
            #expect(throws: Decoder.Failure.malformed) { try make([move], in: &decoder, version: 1, grid: grid) }
        }
        // More pixels than the screen has, in one datagram.
        let large = Move(area: Rectangle(x: 0, y: 0, width: 64, height: 40), deltaX: 0, deltaY: 1, number: 0)
        #expect(throws: Decoder.Failure.malformed) {
            try make([large, large], in: &decoder, version: 1, grid: grid)
        }
        let bytes: [UInt8] = [0, 64, 0, 48, 0, 0, 0, 0, 1]
        var reader = ByteReader(bytes.span)
        #expect(throws: Decoder.Failure.truncated) {
            try decoder.makeMoves(from: &reader, count: 1, version: 2)
        }
    }
}
