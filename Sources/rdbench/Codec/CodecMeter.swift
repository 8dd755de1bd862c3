import PeerSession
import ScreenCodec
import WireFormat

/// Takes frames through the host's and the viewer's half of a screen, and counts bytes and processor time.
///
/// No network: each datagram arrives, and is acknowledged before the next frame, which comes when a display shows it.
struct CodecMeter {
    /// What a datagram of 1,200 bytes has left for a screen, as a session packs them.
    private static let contentBytes = 1_164

    private let width: Int
    private let height: Int
    private var sender: ScreenSender
    private var receiver = ScreenReceiver()
    private var packetNumber: UInt64 = 0
    private var clock = Instant.zero
    private var isFirstFrame = true
    private var passes = 0
    private var shown: [UInt32]
    private var datagrams: [[UInt8]] = []
    private var totals = Totals()
    private var result = CodecFigures()

    /// Sums over all frames.
    fileprivate struct Totals {
        var compared = Work()
        var encoded = Work()
        var decoded = Work()
        /// Of all frames but the first.
        var screenfuls = 0.0
        var bytes = 0
        var hostNanoseconds: UInt64 = 0
        var viewerNanoseconds: UInt64 = 0
    }

    fileprivate struct Work {
        var pixels = 0
        var nanoseconds: UInt64 = 0

        var megapixelsPerSecond: Double { nanoseconds == 0 ? 0 : Double(pixels) * 1_000 / Double(nanoseconds) }
    }

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        sender = ScreenSender(width: width, height: height)
        shown = [UInt32](repeating: 0, count: width * height)
        result.rawBytesPerFrame = width * height * 3
    }

    var measuredNanoseconds: UInt64 {
        totals.compared.nanoseconds + totals.encoded.nanoseconds + totals.decoded.nanoseconds
    }

    /// A path that takes everything at once, so that nothing goes coarsely but the first frame.
    private static let bytesPerSecond = 1e12
    private static let frameInterval = Interval.microseconds(16_667)

    /// A recording begins anew, on a black screen.
    mutating func beginPass() {
        sender = ScreenSender(width: width, height: height)
        sender.notePath(bytesPerSecond: Self.bytesPerSecond)
        receiver = ScreenReceiver()
        shown = [UInt32](repeating: 0, count: width * height)
        packetNumber = 0
        clock = .zero
        isFirstFrame = true
        passes += 1
    }

    mutating func measure(_ picture: Span<UInt32>, damage: [Rectangle]) {
        clock = clock + Self.frameInterval
        sender.advance(to: clock)
        let start = ProcessorClock.processNanoseconds
        sender.update(pixels: picture, stride: width, damage: damage)
        let compared = ProcessorClock.processNanoseconds
        encode()
        let encoded = ProcessorClock.processNanoseconds
        decode()
        let decoded = ProcessorClock.processNanoseconds
        let changed = takeOver(picture, damage)
        let damaged = damage.reduce(Rectangle(x: 0, y: 0, width: 0, height: 0)) { $0.union($1) }
        if !isFirstFrame {
            totals.compared.add(damage.reduce(0) { $0 + $1.width * $1.height }, compared - start)
            totals.encoded.add(changed, encoded - compared)
            totals.decoded.add(changed, decoded - encoded)
        }
        record(damaged: damaged.width * damaged.height, host: encoded - start, viewer: decoded - encoded)
        settle()
        verify(picture, in: damage, atRest: false)
    }

    /// Nothing moves any more: what was shown coarsely while it moved becomes exact.
    mutating func endPass(showing picture: Span<UInt32>) {
        while let deadline = sender.nextDeadline {
            clock = max(clock, deadline)
            sender.advance(to: clock)
            encode()
            if passes == 1 { result.bytesAtRest += datagrams.reduce(0) { $0 + $1.count } }
            decode()
            settle()
        }
        verify(picture, in: [Rectangle(x: 0, y: 0, width: width, height: height)], atRest: true)
    }

    private mutating func encode() {
        datagrams.removeAll(keepingCapacity: true)
        while sender.hasContent {
            var isFilled = false
            let number = packetNumber + UInt64(datagrams.count)
            let datagram = [UInt8](capacity: Self.contentBytes) { content in
                isFilled = sender.fill(&content, packetNumber: number, at: clock)
            }
            guard isFilled else { return }
            datagrams.append(datagram)
        }
    }

    private mutating func decode() {
        for (position, datagram) in datagrams.enumerated() {
            receiver.received(datagram.span, packetNumber: packetNumber + UInt64(position), at: clock)
        }
    }

    /// Acknowledges what was sent, and takes what the sender says once it knows that all has arrived.
    private mutating func settle() {
        while !datagrams.isEmpty {
            for _ in datagrams {
                sender.acknowledged(packetNumber: packetNumber)
                packetNumber += 1
            }
            encode()
            decode()
        }
        receiver.takeDamage { _ in }
        if receiver.malformedCount > 0 || receiver.hasContent || sender.hasContent { result.isLossless = false }
    }

    /// The pixels of tiles in which something changed.
    private mutating func takeOver(_ picture: Span<UInt32>, _ damage: [Rectangle]) -> Int {
        let grid = TileGrid(width: width, height: height)
        var isChanged = [Bool](repeating: false, count: grid.tileCount)
        for area in damage {
            for y in area.y..<area.bottom {
                for index in y * width + area.x..<y * width + area.right
                where (shown[index] ^ picture[index]) & SignalToNoise.colourBits != 0 {
                    let column = (index - y * width) / TileGrid.tileSize
                    isChanged[y / TileGrid.tileSize * grid.columns + column] = true
                    shown[index] = picture[index]
                }
            }
        }
        var pixels = 0
        for tile in isChanged.indices where isChanged[tile] {
            let area = grid.rectangle(of: TileIndex(tile))
            pixels += area.width * area.height
        }
        return pixels
    }

    private mutating func record(damaged: Int, host: UInt64, viewer: UInt64) {
        let bytes = datagrams.reduce(0) { $0 + $1.count }
        defer { isFirstFrame = false }
        if passes == 1 { result.frames += 1 }
        if isFirstFrame {
            result.firstFrameBytes = bytes
        } else if bytes > 0 {
            if passes == 1 { result.bytesPerFrame.record(Double(bytes)) }
            result.cpuPerFrame.record(Double(host + viewer) / 1_000)
            totals.screenfuls += Double(damaged) / Double(width * height)
            totals.bytes += bytes
            totals.hostNanoseconds += host
            totals.viewerNanoseconds += viewer
        }
    }

    /// Compares what was decoded with what was captured. While it moves a picture may be coarse, if the viewer knows.
    ///
    /// - Parameter areas: what was drawn since the last time; of all the screen between frames the processor's caches would
    ///   have nothing left of encoder and decoder, so that is looked at when a pass ends.
    private mutating func verify(_ picture: Span<UInt32>, in areas: [Rectangle], atRest: Bool) {
        let squares = areas.reduce(0) {
            $0 + SignalToNoise.squares(receiver.decoder.pixels, picture, in: $1, width: width)
        }
        if atRest || receiver.isExact {
            if squares > 0 || !receiver.isExact { result.isLossless = false }
        } else if passes == 1 {
            result.coarseFrames += 1
        }
        if squares > 0 { note(squares: squares) }
    }

    private mutating func note(squares: Double) {
        let decibels = SignalToNoise.decibels(squares: squares, pixelCount: width * height)
        result.worstSignalToNoise = min(result.worstSignalToNoise ?? .infinity, max(decibels, 0))
    }

    var figures: CodecFigures {
        var figures = result
        figures.compareMegapixelsPerSecond = totals.compared.megapixelsPerSecond
        figures.encodeMegapixelsPerSecond = totals.encoded.megapixelsPerSecond
        figures.decodeMegapixelsPerSecond = totals.decoded.megapixelsPerSecond
        guard totals.screenfuls > 0 else { return figures }
        figures.bytesPerScreenful = Double(totals.bytes) / totals.screenfuls
        figures.hostMillisecondsPerScreenful = Double(totals.hostNanoseconds) / 1e6 / totals.screenfuls
        figures.viewerMillisecondsPerScreenful = Double(totals.viewerNanoseconds) / 1e6 / totals.screenfuls
        return figures
    }
}

extension CodecMeter.Work {
    fileprivate mutating func add(_ pixels: Int, _ nanoseconds: UInt64) {
        self.pixels += pixels
        self.nanoseconds += nanoseconds - min(nanoseconds, ProcessorClock.readingNanoseconds)
    }
}
