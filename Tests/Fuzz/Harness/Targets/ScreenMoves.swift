import ScreenCodec
import WireFormat

/// Moves of a decoder that has a picture: honest ones, forged ones and lists without sense, beside pixels that are moved
/// one by one.
func fuzzMoves(_ script: inout Script) throws(Finding) {
    var fixture = MoveFixture()
    for version in 2..<UInt64(34) where !script.isAtEnd {
        switch script.choice(4) {
        case 0: fixture.makeSenseless(script.chunk(), count: script.choice(8) + 1, version: version)
        case 1: fixture.paint(script.byte(), version: version)
        default: try fixture.make(fixture.move(from: &script), isForged: script.byte() & 7 == 0, version: version)
        }
        try fixture.check()
        if fixture.isLost { return }
    }
}

/// A decoder that shows a picture, what it must show, and the editions that a sender would know of.
private struct MoveFixture {
    private let encoder: Encoder
    private var decoder = Decoder()
    private var pixels: [UInt32]
    private var editions: [UInt64]
    private var nextNumber: UInt32 = 0
    /// A list without sense may have moved something: what must be shown is not known any more.
    private(set) var isLost = false

    init() {
        var picture = TestPicture(width: 96, height: 64, seed: 3)
        var drawn = [UInt32](repeating: 0, count: 96 * 64)
        var span = drawn.mutableSpan
        picture.drawNext(into: &span) { _ in }
        var encoder = Encoder(width: 96, height: 64)
        let whole = encoder.grid.bounds
        encoder.update(from: drawn.span, stride: 96, damage: whole) { _ in }
        let tileCount = encoder.grid.tileCount
        self.encoder = encoder
        pixels = drawn
        editions = [UInt64](repeating: 1, count: tileCount)
        for tile in 0..<tileCount { paint(UInt8(tile), version: 1) }
    }

    mutating func paint(_ choice: UInt8, version: UInt64) {
        var encoder = encoder
        let tile = TileIndex(Int(choice) % encoder.grid.tileCount)
        let tiles = [tile]
        let body = [UInt8](capacity: 1_100) { output in _ = encoder.encode(tiles.span, into: &output) }
        _ = try? decoder.decode(body.span, version: version)
        let area = encoder.grid.rectangle(of: tile)
        for y in area.y..<area.bottom {
            for x in area.x..<area.right { pixels[y * 96 + x] = encoder.pixels[y * 96 + x] }
        }
        editions[Int(tile)] = version
    }

    func move(from script: inout Script) -> Move {
        let width = script.choice(96) + 1
        let height = script.choice(64) + 1
        let area = Rectangle(x: script.choice(97 - width), y: script.choice(65 - height), width: width, height: height)
        return Move(
            area: area, deltaX: script.choice(97 - width) - area.x, deltaY: script.choice(65 - height) - area.y,
            number: nextNumber)
    }

    mutating func make(_ move: Move, isForged: Bool, version: UInt64) throws(Finding) {
        nextNumber += 1
        var move = move
        move.basis = move.digest(of: editions.span, in: encoder.grid) ^ (isForged ? 1 << 40 : 0)
        let moves = [move]
        let list = [UInt8](capacity: 64) { output in
            MoveList.append(moves.span, in: encoder.grid, to: &output)
        }
        var reader = ByteReader(list.span)
        let isPossible = move.deltaX != 0 || move.deltaY != 0
        var failure: Decoder.Failure?
        do throws(Decoder.Failure) {
            try decoder.makeMoves(from: &reader, count: 1, version: version)
        } catch {
            failure = error
        }
        try require(failure == (isPossible ? nil : .malformed), "an honest move failed, or one to where it is did not")
        guard isPossible, !isForged else { return }
        let old = pixels
        for y in move.area.y..<move.area.bottom {
            for x in move.area.x..<move.area.right {
                pixels[y * 96 + x] = old[(y + move.deltaY) * 96 + x + move.deltaX]
            }
        }
        move.forEachTileWritten(in: encoder.grid) { editions[Int($0)] = TileEdition.moved(move.number) }
    }

    mutating func makeSenseless(_ list: [UInt8], count: Int, version: UInt64) {
        var reader = ByteReader(list.span)
        try? decoder.makeMoves(from: &reader, count: count, version: version)
        let shortestList = MoveList.headerByteCount + MoveList.moveByteCount
        isLost = decoder.grid != encoder.grid || list.count >= shortestList
    }

    mutating func check() throws(Finding) {
        var refused = 0
        decoder.takeRefusedMoves { _ in refused += 1 }
        try require(refused <= 8, "more was refused than there was")
        try require(0...decoder.grid.tileCount ~= decoder.missedCount, "more tiles lack a move than there are")
        guard !isLost else { return }
        let shown = decoder.pixels
        for index in pixels.indices {
            try require(shown[index] & 0xFF_FFFF == pixels[index] & 0xFF_FFFF, "pixel \(index) was moved wrongly")
        }
    }
}

/// Scripts that scroll and drag.
func moveSeeds() -> [[UInt8]] {
    [
        [3, 2, 95, 31, 0, 0, 0, 16, 1, 2, 63, 40, 8, 4, 20, 9, 1, 1, 7, 2, 31, 31, 16, 16, 40, 2, 1],
        [3, 0, 8, 0, 96, 0, 64, 0, 0, 0, 0, 1, 2, 95, 31, 0, 0, 0, 16, 8],
    ]
}
