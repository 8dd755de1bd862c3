import Foundation
import ScreenCodec

/// Takes frames through an encoder and a decoder, and counts bytes and processor time.
struct CodecMeter {
    /// What a datagram of 1,200 bytes has left for tiles, as a session packs them.
    private static let bodyBytes = 1_150
    private static let colourBits: UInt32 = 0x00FF_FFFF

    private let width: Int
    private let height: Int
    private var encoder: Encoder
    private var decoder = Decoder()
    private var version: UInt64 = 0
    private var isFirstFrame = true
    private var passes = 0
    private var isChanged: [Bool]
    private var tiles: [TileIndex] = []
    private var bodies: [[UInt8]] = []
    private var totals = Totals()
    private var result = CodecFigures()

    /// Sums over all frames.
    fileprivate struct Totals {
        var compared = Work()
        var encoded = Work()
        var decoded = Work()
    }

    fileprivate struct Work {
        var pixels = 0
        var nanoseconds: UInt64 = 0

        var megapixelsPerSecond: Double { nanoseconds == 0 ? 0 : Double(pixels) * 1_000 / Double(nanoseconds) }
    }

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        encoder = Encoder(width: width, height: height)
        isChanged = [Bool](repeating: false, count: encoder.grid.tileCount)
        result.rawBytesPerFrame = width * height * 3
    }

    var measuredNanoseconds: UInt64 {
        totals.compared.nanoseconds + totals.encoded.nanoseconds + totals.decoded.nanoseconds
    }

    /// A recording begins anew, on a black screen.
    mutating func beginPass() {
        encoder = Encoder(width: width, height: height)
        decoder = Decoder()
        isFirstFrame = true
        passes += 1
    }

    mutating func measure(_ picture: Span<UInt32>, damage: [Rectangle]) {
        let start = ProcessorClock.processNanoseconds
        compare(picture, damage)
        let compared = ProcessorClock.processNanoseconds
        encode()
        let encoded = ProcessorClock.processNanoseconds
        decode()
        let decoded = ProcessorClock.processNanoseconds
        let pixels = tiles.reduce(0) { sum, tile in
            let area = encoder.grid.rectangle(of: tile)
            return sum + area.width * area.height
        }
        totals.compared.add(damage.reduce(0) { $0 + $1.width * $1.height }, compared - start)
        totals.encoded.add(pixels, encoded - compared)
        totals.decoded.add(pixels, decoded - encoded)
        record(nanoseconds: decoded - start)
        verify(picture)
    }

    private mutating func compare(_ picture: Span<UInt32>, _ damage: [Rectangle]) {
        tiles.removeAll(keepingCapacity: true)
        for rectangle in damage {
            encoder.update(from: picture, stride: width, damage: rectangle) { tile in
                guard !isChanged[Int(tile)] else { return }
                isChanged[Int(tile)] = true
                tiles.append(tile)
            }
        }
        if damage.count > 1 { tiles.sort() }
        for tile in tiles { isChanged[Int(tile)] = false }
    }

    private mutating func encode() {
        bodies.removeAll(keepingCapacity: true)
        let tiles = tiles
        var next = 0
        while next < tiles.count {
            let rest = tiles.span.extracting(next..<tiles.count)
            var count = 0
            let body = [UInt8](capacity: Self.bodyBytes) { count = encoder.encode(rest, into: &$0) }
            bodies.append(body)
            guard count > 0 else { return }
            next += count
        }
    }

    private mutating func decode() {
        for body in bodies {
            version += 1
            do {
                try decoder.decode(body.span, version: version)
            } catch {
                result.isLossless = false
            }
        }
    }

    private mutating func record(nanoseconds: UInt64) {
        let bytes = bodies.reduce(0) { $0 + $1.count }
        defer { isFirstFrame = false }
        if passes == 1 { result.frames += 1 }
        if isFirstFrame {
            result.firstFrameBytes = bytes
        } else if bytes > 0 {
            if passes == 1 { result.bytesPerFrame.record(Double(bytes)) }
            result.cpuPerFrame.record(Double(nanoseconds) / 1_000)
        }
    }

    /// Compares what was decoded with what was captured.
    private mutating func verify(_ picture: Span<UInt32>) {
        let squares = Self.squaredDifference(decoder.pixels, picture)
        if squares > 0 { note(squares: squares) }
    }

    private static func squaredDifference(_ decoded: Span<UInt32>, _ picture: Span<UInt32>) -> Double {
        guard decoded.count == picture.count else { return .infinity }
        var squares = 0.0
        for index in picture.indices where (decoded[index] ^ picture[index]) & colourBits != 0 {
            squares += squaredDifference(decoded[index], picture[index])
        }
        return squares
    }

    private static func squaredDifference(_ one: UInt32, _ other: UInt32) -> Double {
        [0, 8, 16].reduce(0) { sum, shift in
            let difference = Double(one >> UInt32(shift) & 0xFF) - Double(other >> UInt32(shift) & 0xFF)
            return sum + difference * difference
        }
    }

    private mutating func note(squares: Double) {
        result.isLossless = false
        let decibels = 10 * log10(255 * 255 / (squares / Double(width * height * 3)))
        result.worstSignalToNoise = min(result.worstSignalToNoise ?? .infinity, max(decibels, 0))
    }

    var figures: CodecFigures {
        var figures = result
        figures.compareMegapixelsPerSecond = totals.compared.megapixelsPerSecond
        figures.encodeMegapixelsPerSecond = totals.encoded.megapixelsPerSecond
        figures.decodeMegapixelsPerSecond = totals.decoded.megapixelsPerSecond
        return figures
    }
}

extension CodecMeter.Work {
    fileprivate mutating func add(_ pixels: Int, _ nanoseconds: UInt64) {
        self.pixels += pixels
        self.nanoseconds += nanoseconds
    }
}
