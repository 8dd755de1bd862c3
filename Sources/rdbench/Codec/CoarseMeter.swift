import ScreenCodec

/// Takes a photo of 1920x1080 through the encoder as a viewer's first picture of it: coarse, at 28 dB in every tile.
struct CoarseMeter {
    static let name = "first-coarse-photo-1920x1080"
    private static let width = 1_920
    private static let height = 1_080
    private static let passes = 8
    /// What a datagram of 1,200 bytes has left for tiles, as a session packs them.
    private static let bodyBytes = 1_150

    private let pixels: [UInt32]
    private var encoder = Encoder(width: width, height: height)
    private var decoder = Decoder()
    private var figures = CodecFigures()
    private var encoding: UInt64 = 0
    private var decoding: UInt64 = 0

    init(seed: UInt64) {
        let photo = PhotoPicture(width: Self.width, height: Self.height, seed: seed).pixels()
        pixels = photo
        encoder.update(from: photo.span, stride: Self.width, damage: encoder.grid.bounds) { _ in }
        figures.rawBytesPerFrame = Self.width * Self.height * 3
    }

    mutating func measure(seed: UInt64) -> CaseResult {
        for pass in 0..<Self.passes { measure(pass: pass) }
        let pixelCount = Double(Self.passes * Self.width * Self.height)
        figures.frames = 1
        figures.isLossless = false
        figures.encodeMegapixelsPerSecond = pixelCount * 1_000 / Double(encoding)
        figures.decodeMegapixelsPerSecond = pixelCount * 1_000 / Double(decoding)
        let fidelity = fidelity
        figures.worstSignalToNoise = fidelity.whole
        var result = CaseResult(suite: .codec, name: Self.name, seed: seed)
        result.codec = figures
        result.measures = [
            "psnr_db": .rounded(fidelity.whole), "worst_tile_psnr_db": .rounded(fidelity.worstTile),
            "encode_cpu_ms": .rounded(Double(encoding) / 1e6 / Double(Self.passes)),
            "decode_cpu_ms": .rounded(Double(decoding) / 1e6 / Double(Self.passes)),
        ]
        return result
    }

    private mutating func measure(pass: Int) {
        let start = ProcessorClock.processNanoseconds
        let bodies = encode()
        let encoded = ProcessorClock.processNanoseconds
        decoder = Decoder()
        for (version, body) in bodies.enumerated() { _ = try? decoder.decode(body.span, version: UInt64(version)) }
        let decoded = ProcessorClock.processNanoseconds
        encoding += encoded - start
        decoding += decoded - encoded
        figures.cpuPerFrame.record(Double(decoded - start) / 1_000)
        guard pass == 0 else { return }
        let bytes = bodies.reduce(0) { $0 + $1.count }
        figures.firstFrameBytes = bytes
        figures.bytesPerFrame.record(Double(bytes))
    }

    private mutating func encode() -> [[UInt8]] {
        var bodies: [[UInt8]] = []
        let tiles = (0..<TileIndex(encoder.grid.tileCount)).map { $0 }
        var next = 0
        while next < tiles.count {
            let rest = tiles.span.extracting(next..<tiles.count)
            var count = 0
            bodies.append(
                [UInt8](capacity: Self.bodyBytes) { body in
                    count = encoder.encode(rest, into: &body, quality: { _ in .lowest }, written: { _, _ in })
                })
            guard count > 0 else { return bodies }
            next += count
        }
        return bodies
    }

    /// Peak signal-to-noise ratios in decibels.
    private var fidelity: (whole: Double, worstTile: Double) {
        let shown = decoder.pixels
        guard shown.count == pixels.count else { return (0, 0) }
        var sum = 0.0
        var worst = Double.infinity
        for tile in 0..<encoder.grid.tileCount {
            let area = encoder.grid.rectangle(of: TileIndex(tile))
            let squares = SignalToNoise.squares(shown, pixels.span, in: area, width: Self.width)
            sum += squares
            worst = min(worst, SignalToNoise.decibels(squares: squares, pixelCount: area.width * area.height))
        }
        return (SignalToNoise.decibels(squares: sum, pixelCount: pixels.count), worst)
    }
}
