import PeerSession
import ScreenCodec
import WireFormat

/// Carries screen datagrams from a sender to a receiver as a transport would, over a network that loses, delays and
/// reorders, and now and then takes for lost what only came late.
struct ScreenPipe {
    private struct Flight {
        let packetNumber: UInt64
        let content: [UInt8]
        /// Nil: it never arrives.
        let arrivesAt: Int?
        /// When the sender hears of it, as acknowledged or lost.
        let settlesAt: Int
        let isAcknowledged: Bool
    }

    var sender: ScreenSender
    var receiver = ScreenReceiver()
    private(set) var picture: [UInt32]
    private(set) var lostCount = 0
    private(set) var lateCount = 0
    private(set) var wrongClaims = 0

    private let loss: Double
    private let room: ClosedRange<Int>
    private var random: SeededRandom
    private var time = 0
    private var nextPacket: UInt64 = 0
    private var flights: [Flight] = []
    /// What the viewer reports, on its way to the host.
    private var reports: [Flight] = []
    private var nextReport: UInt64 = 0
    private(set) var reportCount = 0
    /// What the sender's screen was when each datagram was written, by its sequence number.
    private var truths: [[UInt32]] = []
    private var newestArrived = -1

    /// - Parameters:
    ///   - loss: the share of datagrams that never arrive.
    ///   - room: how many bytes a datagram has for content.
    init(width: Int, height: Int, loss: Double, room: ClosedRange<Int> = 900...1_150, seed: UInt64) {
        sender = ScreenSender(width: width, height: height)
        picture = [UInt32](repeating: 0xFF00_0000, count: width * height)
        self.loss = loss
        self.room = room
        random = SeededRandom(seed: seed)
    }

    var isQuiet: Bool {
        flights.isEmpty && reports.isEmpty && !sender.hasContent && !receiver.hasContent && sender.nextDeadline == nil
    }

    /// Draws something new into a random part of the screen: noise, a flat colour, a few colours.
    mutating func draw() {
        let width = sender.width
        let height = sender.height
        let x = Int.random(in: 0..<width, using: &random)
        let y = Int.random(in: 0..<height, using: &random)
        let area = Rectangle(
            x: x, y: y, width: Int.random(in: 1...width - x, using: &random),
            height: Int.random(in: 1...height - y, using: &random))
        let kind = random.next() % 3
        let colour = UInt32.random(in: 0...0xFF_FFFF, using: &random)
        for row in area.y..<area.bottom {
            for column in area.x..<area.right {
                let noise = UInt32(truncatingIfNeeded: random.next())
                picture[row * width + column] =
                    0xFF00_0000 | (kind == 0 ? noise & 0xFF_FFFF : kind == 1 ? colour : colour ^ (noise & 1))
            }
        }
        let pixels = picture
        sender.update(pixels: pixels.span, stride: width, damage: area)
    }

    /// Scrolls or drags a part of the screen: shifts its pixels and draws noise where they were.
    mutating func shift() {
        let (width, height) = (sender.width, sender.height)
        let size = (
            width: Int.random(in: 48...width, using: &random), height: Int.random(in: 48...height, using: &random)
        )
        let from = (
            x: Int.random(in: 0...width - size.width, using: &random),
            y: Int.random(in: 0...height - size.height, using: &random)
        )
        let isScroll = random.next() % 3 != 0
        let to = (
            x: isScroll ? from.x : Int.random(in: 0...width - size.width, using: &random),
            y: Int.random(in: max(0, from.y - 40)...min(height - size.height, from.y + 40), using: &random)
        )
        let old = picture
        let noise = UInt32(truncatingIfNeeded: random.next())
        for row in 0..<size.height {
            for column in 0..<size.width {
                picture[(from.y + row) * width + from.x + column] = 0xFF00_0000 | noise & 0xFF_FFFF
            }
        }
        for row in 0..<size.height {
            for column in 0..<size.width {
                let target = (to.y + row) * width + to.x + column
                picture[target] = old[(from.y + row) * width + from.x + column]
            }
        }
        let one = Rectangle(x: from.x, y: from.y, width: size.width, height: size.height)
        let other = Rectangle(x: to.x, y: to.y, width: size.width, height: size.height)
        let pixels = picture
        sender.update(pixels: pixels.span, stride: width, damage: isScroll ? [one.union(other)] : [one, other])
    }

    mutating func resize(width: Int, height: Int) {
        sender.resize(width: width, height: height)
        picture = [UInt32](repeating: 0xFF00_0000, count: width * height)
        draw()
    }

    /// One unit of time: up to `burst` datagrams leave, and what is due arrives and is settled.
    mutating func step(burst: Int) {
        time += 1
        sender.advance(to: .zero + .milliseconds(Int64(time)))
        for _ in 0..<burst where sender.hasContent { send() }
        if receiver.hasContent { report() }
        deliver()
        settle()
    }

    /// Steps until nothing is under way and nothing left to say; false if that does not happen.
    mutating func rest(limit: Int = 5_000) -> Bool {
        for _ in 0..<limit {
            if isQuiet { return true }
            step(burst: 4)
        }
        return isQuiet
    }

    var isEqual: Bool { receiver.decoder.width == sender.width && shows(picture) }

    private mutating func send() {
        let packetNumber = nextPacket
        nextPacket += UInt64.random(in: 1...3, using: &random)
        var isWritten = false
        let now = Instant.zero + .milliseconds(Int64(time))
        let content = [UInt8](capacity: Int.random(in: room, using: &random)) { output in
            isWritten = sender.fill(&output, packetNumber: packetNumber, at: now)
        }
        guard isWritten else { return }
        truths.append(picture)
        let delay = Int.random(in: 1...9, using: &random)
        let isLost = chance(loss)
        let isLate = !isLost && chance(loss / 4)
        if isLost { lostCount += 1 }
        if isLate { lateCount += 1 }
        flights.append(
            Flight(
                packetNumber: packetNumber, content: content,
                arrivesAt: isLost ? nil : time + delay + (isLate ? 30 : 0),
                settlesAt: time + delay + Int.random(in: 2...9, using: &random), isAcknowledged: !isLost && !isLate))
    }

    /// The viewer's reports are lost and delayed as the host's datagrams are.
    private mutating func report() {
        let now = Instant.zero + .milliseconds(Int64(time))
        let packetNumber = nextReport
        nextReport += 1
        var isWritten = false
        let content = [UInt8](capacity: Int.random(in: room, using: &random)) { output in
            isWritten = receiver.fill(&output, packetNumber: packetNumber, at: now)
        }
        guard isWritten else { return }
        reportCount += 1
        let isLost = chance(loss)
        let delay = Int.random(in: 1...9, using: &random)
        reports.append(
            Flight(
                packetNumber: packetNumber, content: content, arrivesAt: isLost ? nil : time + delay,
                settlesAt: time + delay + 2, isAcknowledged: !isLost))
    }

    private mutating func deliver() {
        for report in reports where report.arrivesAt == time {
            sender.received(
                report.content.span, packetNumber: report.packetNumber, at: .zero + .milliseconds(Int64(time)))
        }
        for flight in flights where flight.arrivesAt == time {
            receiver.received(
                flight.content.span, packetNumber: flight.packetNumber, at: .zero + .milliseconds(Int64(time)))
            let start = flight.content[0] & 0x3F == 0x3F ? 3 : 1
            let sequence = Int(flight.content[start]) << 8 | Int(flight.content[start + 1])
            newestArrived = max(newestArrived, sequence)
            check()
        }
    }

    /// A receiver that says it is exact must show what the sender had when it wrote the newest datagram that arrived.
    private mutating func check() {
        if receiver.isExact, !shows(truths[newestArrived]) { wrongClaims += 1 }
    }

    private func shows(_ truth: [UInt32]) -> Bool {
        let pixels = receiver.decoder.pixels
        guard pixels.count == truth.count else { return false }
        for index in pixels.indices where pixels[index] & 0xFF_FFFF != truth[index] & 0xFF_FFFF { return false }
        return true
    }

    private mutating func settle() {
        for flight in flights where flight.settlesAt == time {
            if flight.isAcknowledged {
                sender.acknowledged(packetNumber: flight.packetNumber)
            } else {
                sender.lost(packetNumber: flight.packetNumber)
            }
        }
        for report in reports where report.settlesAt == time {
            if report.isAcknowledged {
                receiver.acknowledged(packetNumber: report.packetNumber)
            } else {
                receiver.lost(packetNumber: report.packetNumber)
            }
        }
        reports.removeAll { $0.settlesAt <= time }
        flights.removeAll { $0.settlesAt <= time && ($0.arrivesAt ?? 0) <= time }
    }

    private mutating func chance(_ probability: Double) -> Bool {
        Double(random.next() >> 11) * 0x1p-53 < probability
    }
}
