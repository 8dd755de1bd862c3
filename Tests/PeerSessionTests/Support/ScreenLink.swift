import PeerSession
import ScreenCodec
import Transport
import WireFormat

/// A host's screen kept equal on a viewer's side over a link with a rate, a queue, a delay and losses, by the real
/// transport, in virtual time.
struct ScreenLink {
    private struct Flight {
        let number: UInt64
        let bytes: [UInt8]
        let arrivesAt: Instant
    }

    private(set) var now = Instant.zero
    private(set) var picture: [UInt32]
    private(set) var receiver = ScreenReceiver()
    /// When every part of the screen had been seen, and when it was exact for the first time.
    private(set) var firstFrame: Interval?
    private(set) var sharpFrame: Interval?
    private(set) var sender: ScreenSender
    /// Bytes that the link took, record overhead included.
    private(set) var sentBytes = 0

    private var host: Connection
    private var viewer = Connection(path: PathIdentifier(1), at: .zero)
    private let bytesPerSecond: Double
    private let delay: Interval
    private let loss: Double
    private let queue: Interval
    private var random: SeededRandom
    private var isFreeAt = Instant.zero
    private var toViewer: [Flight] = []
    private var toHost: [Flight] = []

    /// - Parameters:
    ///   - roundTrip: known to the host, as connectivity checks have measured it.
    ///   - loss: the share of datagrams lost on their way to the viewer.
    init(
        _ picture: [UInt32], width: Int, height: Int, megabitsPerSecond: Double,
        roundTrip: Interval = .milliseconds(40), loss: Double, seed: UInt64 = 1, pointer: (x: UInt16, y: UInt16)? = nil
    ) {
        self.picture = picture
        sender = ScreenSender(width: width, height: height)
        host = Connection(path: PathIdentifier(1), measuredRTT: roundTrip, at: .zero)
        bytesPerSecond = megabitsPerSecond * 125_000
        delay = roundTrip / 2
        self.loss = loss
        // A buffer of one bandwidth-delay product, and of ten packets at least.
        queue = max(roundTrip, Interval(nanoseconds: Int64(12_000 / bytesPerSecond * 1e9)))
        random = SeededRandom(seed: seed)
        sender.update(
            pixels: picture.span, stride: width, damage: Rectangle(x: 0, y: 0, width: width, height: height))
        if let pointer { sender.note(.pointerMoved(x: pointer.x, y: pointer.y)) }
    }

    /// Draws pixels, row by row, into a part of the host's screen.
    mutating func draw(_ area: Rectangle, _ colour: (_ x: Int, _ y: Int) -> UInt32) {
        for y in area.y..<area.bottom {
            for x in area.x..<area.right { picture[y * sender.width + x] = colour(x - area.x, y - area.y) }
        }
        let pixels = picture
        sender.update(pixels: pixels.span, stride: sender.width, damage: area)
        settle()
    }

    func shows(_ area: Rectangle) -> Bool {
        let pixels = receiver.decoder.pixels
        guard receiver.decoder.width == sender.width else { return false }
        for y in area.y..<area.bottom {
            for index in y * sender.width + area.x..<y * sender.width + area.right
            where (pixels[index] ^ picture[index]) & 0xFF_FFFF != 0 { return false }
        }
        return true
    }

    /// The mean squared error of the viewer's picture; 255 squared while it has none.
    var squaredError: Double {
        let pixels = receiver.decoder.pixels
        guard receiver.decoder.width == sender.width else { return 65_025 }
        var squares = 0
        for index in picture.indices {
            for shift: UInt32 in [0, 8, 16] {
                let difference = Int(pixels[index] >> shift & 255) - Int(picture[index] >> shift & 255)
                squares += difference * difference
            }
        }
        return Double(squares) / Double(picture.count * 3)
    }

    func pixel(x: Int, y: Int) -> UInt32 {
        guard receiver.decoder.width == sender.width else { return 0 }
        return receiver.decoder.pixels[y * sender.width + x] & 0xFF_FFFF
    }

    /// Runs up to a moment, or until a condition holds after something was received.
    mutating func run(until end: Instant, stopping isDone: (ScreenLink) -> Bool = { _ in false }) {
        settle()
        while let next = nextInstant, next <= end {
            now = max(now, next)
            if step(), isDone(self) { return }
            settle()
        }
        now = max(now, end)
    }

    private var nextInstant: Instant? {
        [
            toViewer.first?.arrivesAt, toHost.first?.arrivesAt, host.nextDeadline, viewer.nextDeadline,
            sender.nextDeadline,
        ].compactMap { $0 }.min()
    }

    /// - Returns: whether the viewer has received something.
    private mutating func step() -> Bool {
        var isReceived = false
        while let flight = toViewer.first, flight.arrivesAt <= now {
            toViewer.removeFirst()
            try? viewer.receive(flight.bytes.span, packetNumber: flight.number, at: now, channel: &receiver)
            isReceived = true
        }
        while let flight = toHost.first, flight.arrivesAt <= now {
            toHost.removeFirst()
            try? host.receive(flight.bytes.span, packetNumber: flight.number, at: now, channel: &sender)
        }
        sender.advance(to: now)
        host.advance(to: now, channel: &sender)
        viewer.advance(to: now, channel: &receiver)
        if firstFrame == nil, receiver.isComplete { firstFrame = now - .zero }
        if sharpFrame == nil, receiver.isExact { sharpFrame = now - .zero }
        return isReceived
    }

    /// What a session does after each call.
    private mutating func settle() {
        while let flight = transmit(from: &host, &sender) { launch(flight) }
        while let flight = transmit(from: &viewer, &receiver) {
            toHost.append(Flight(number: flight.number, bytes: flight.bytes, arrivesAt: now + delay))
        }
        while host.pollEvent() != nil {}
        while viewer.pollEvent() != nil {}
    }

    private func transmit(
        from connection: inout Connection, _ channel: inout some SessionScreen
    ) -> (number: UInt64, bytes: [UInt8])? {
        channel.notePath(bytesPerSecond: connection.windowBytesPerSecond)
        var number: UInt64?
        let bytes = [UInt8](capacity: 1_500) { packet in
            number = connection.pollTransmit(into: &packet, at: now, channel: &channel)
        }
        return number.map { ($0, bytes) }
    }

    private mutating func launch(_ flight: (number: UInt64, bytes: [UInt8])) {
        let size = flight.bytes.count + 60
        guard isFreeAt < now + queue else { return }
        isFreeAt = max(isFreeAt, now) + Interval(nanoseconds: Int64(Double(size) / bytesPerSecond * 1e9))
        sentBytes += size
        guard Double(random.next() >> 11) * 0x1p-53 >= loss else { return }
        toViewer.append(Flight(number: flight.number, bytes: flight.bytes, arrivesAt: isFreeAt + delay))
    }
}
