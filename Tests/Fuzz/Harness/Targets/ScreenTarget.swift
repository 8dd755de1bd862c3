import PeerSession
import ScreenCodec
import ScreenCodecOracle
import WireFormat

private let limits = Decoder.Limits(maximumWidth: 256, maximumHeight: 256, maximumPixelCount: 16_384)

/// Bodies one after another; the naive decoder takes and refuses the same ones, with the same pixels.
func fuzzScreen(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    let mode = script.byte()
    if mode & 3 == 3 { return try fuzzMoves(&script) }
    if mode & 1 == 1 { return fuzzReceiver(&script) }
    var decoder = Decoder(limits: limits)
    for _ in 0..<8 where !script.isAtEnd {
        let version = script.number(bytes: 2)
        let body = script.chunk()
        try compareFresh(body)
        _ = try? decoder.decode(body.span, version: version)
        try require(decoder.pixels.count == decoder.grid.pixelCount, "the picture has not the size of the screen")
        try require(decoder.grid.pixelCount <= limits.maximumPixelCount, "the screen is larger than allowed")
        try require(0...decoder.grid.tileCount ~= decoder.tilesNeverSeen, "more tiles are missing than there are")
        try require(0...decoder.grid.tileCount ~= decoder.coarseCount, "more tiles are coarse than there are")
        if version % 3 == 0 { decoder.takeDamage { _ in } }
    }
}

private func compareFresh(_ body: [UInt8]) throws(Finding) {
    guard body.count >= 5, isSmall(body) else { return }
    var decoder = Decoder(limits: limits)
    let (width, height) = size(of: body)
    var picture = NaivePicture(width: width, height: height)
    // Half of the tiles are there, for parts of tiles to build on.
    var encoder = Encoder(width: width, height: height)
    let tiles = (0..<TileIndex(encoder.grid.tileCount)).filter { $0 & 1 == 0 }
    let first = [UInt8](capacity: 1_100) { output in _ = encoder.encode(tiles.span, into: &output) }
    _ = try? decoder.decode(first.span, version: 1)
    if let oracle = try? NaiveDecoder(first, version: 1) { _ = picture.paint(oracle, version: 1) }
    var count: Int?
    do throws(Decoder.Failure) { count = try decoder.decode(body.span, version: 2) } catch {}
    let oracle = try? NaiveDecoder(body, version: 2, known: (width, height))
    let expected = oracle.map { picture.paint($0, version: 2) }
    try require(count == expected, "decoder: \(count ?? -1) tiles, oracle: \(expected ?? -1)")
    guard oracle != nil else { return }
    var refused: [UInt64] = []
    decoder.takeRefusedBodies { refused.append($0) }
    try require(refused == picture.refused, "the decoder and the oracle refuse other parts of tiles")
    let pixels = decoder.pixels
    for index in picture.pixels.indices {
        try require(pixels[index] & 0xFF_FFFF == picture.pixels[index], "pixel \(index) differs from the oracle's")
    }
}

private func size(of body: [UInt8]) -> (width: Int, height: Int) {
    (Int(body[1]) << 8 | Int(body[2]), Int(body[3]) << 8 | Int(body[4]))
}

/// The oracle is slow: only screens of up to 64x64.
private func isSmall(_ body: [UInt8]) -> Bool {
    let (width, height) = size(of: body)
    return (1...64).contains(width) && (1...64).contains(height)
}

/// A receiver, and a sender that hears what it reports and what the script says beside it.
private func fuzzReceiver(_ script: inout Script) {
    var receiver = ScreenReceiver(limits: limits)
    var sender = ScreenSender(width: 64, height: 48)
    for _ in 0..<16 where !script.isAtEnd {
        let number = script.number(bytes: 2)
        receiver.received(script.chunk().span, packetNumber: number, at: .zero)
        _ = (receiver.isExact, receiver.isComplete)
        var report = [UInt8](capacity: 512) { output in
            _ = receiver.fill(&output, packetNumber: number, at: .zero)
        }
        if number & 7 == 0 { receiver.lost(packetNumber: number) }
        if number & 7 == 1 { report = script.chunk() }
        sender.received(report.span, packetNumber: number, at: .zero)
    }
}

/// Bodies of a drawn, a noisy and a coarse picture, alone and inside screen datagrams.
func screenSeeds() -> [[UInt8]] {
    var seeds: [[UInt8]] = []
    for (width, height) in [(64, 48), (33, 17), (96, 64)] {
        var bodies: [[UInt8]] = []
        var encoder = Encoder(width: width, height: height)
        var picture = TestPicture(width: width, height: height, seed: 1)
        var pixels = [UInt32](repeating: 0, count: width * height)
        for _ in 0..<2 {
            var span = pixels.mutableSpan
            picture.drawNext(into: &span) { _ in }
            bodies += encode(pixels, &encoder)
        }
        var random = SeededRandom(seed: 5)
        for index in pixels.indices where index % width < width / 2 {
            pixels[index] = UInt32(truncatingIfNeeded: random.next())
        }
        bodies += encode(pixels, &encoder)
        bodies += patches(pixels, &encoder)
        pixels = PhotoPicture(width: width, height: height, seed: 3).pixels()
        bodies += encode(pixels, &encoder, quality: .lowest)
        seeds.append(contentsOf: bodies.suffix(3).map { datagrams([(1, $0)], mode: 0) })
        seeds += bodies.prefix(6).enumerated().map { index, body in datagrams([(UInt16(index), body)], mode: 0) }
        let headed = bodies.prefix(4).enumerated().map { index, body in
            (UInt16(index), [0, 0, 0, UInt8(index)] + [UInt8](repeating: 0, count: 10) + body)
        }
        seeds.append(datagrams(headed, mode: 1))
    }
    return seeds + moveSeeds()
}

/// Parts of tiles, as if version 1 had brought what they build on.
private func patches(_ pixels: [UInt32], _ encoder: inout Encoder) -> [[UInt8]] {
    let tiles = (0..<TileIndex(encoder.grid.tileCount)).filter { encoder.grid.rectangle(of: $0).width == 16 }
    return [
        [UInt8](capacity: 1_100) {
            _ = encoder.encode(
                tiles.span, into: &$0, version: 2,
                patch: { TilePatch(area: TileArea(x: Int($0) % 9, y: 0, width: 7, height: 1), basis: UInt64($0) % 3) },
                quality: { _ in nil }, written: { _, _ in })
        }
    ]
}

private func datagrams(_ bodies: [(UInt16, [UInt8])], mode: UInt8) -> [UInt8] {
    ScriptWriter.write { writer in
        writer.byte(mode)
        for (number, body) in bodies {
            writer.word(number)
            writer.chunk(body)
        }
    }
}

private func encode(
    _ pixels: [UInt32], _ encoder: inout Encoder, quality: CoarseQuality? = nil
) -> [[UInt8]] {
    var rest: [TileIndex] = []
    encoder.update(from: pixels.span, stride: encoder.grid.width, damage: encoder.grid.bounds) { rest.append($0) }
    var bodies: [[UInt8]] = []
    while !rest.isEmpty {
        var count = 0
        bodies.append(
            [UInt8](capacity: 1_100) {
                count = encoder.encode(rest.span, into: &$0, quality: { _ in quality }, written: { _, _ in })
            })
        if count == 0 { break }
        rest.removeFirst(count)
    }
    return bodies
}
