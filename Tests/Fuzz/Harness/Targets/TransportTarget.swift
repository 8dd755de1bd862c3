import Transport
import WireFormat

/// A channel that always has a little to send.
private struct Chatter: StateChannel {
    var isEnabled = false
    var hasContent: Bool { isEnabled }

    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
        guard isEnabled, content.freeCapacity > 100 else { return false }
        for _ in 0..<100 { content.append(7) }
        isEnabled = false
        return true
    }

    mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {}
    mutating func acknowledged(packetNumber: UInt64) {}
    mutating func lost(packetNumber: UInt64) {}
}

/// The connection under test, and an honest one whose packets reach it changed.
private struct Line {
    var tested: Connection
    var honest: Connection
    var testedChannel = Chatter()
    var honestChannel = Chatter()
    var now = Instant.zero
    var strangeNumber: UInt64 = 1 << 32
    /// What the honest peer has sent and the tested one has not got yet.
    var underway: [(number: UInt64, bytes: [UInt8])] = []

    init() {
        var configuration = Connection.Configuration()
        configuration.maximumTrackedPackets = 256
        configuration.streamSendBufferBytes = 64 << 10
        tested = Connection(configuration: configuration, path: PathIdentifier(1), at: .zero)
        honest = Connection(configuration: configuration, path: PathIdentifier(1), at: .zero)
    }

    mutating func settle() throws(Finding) {
        var count = 0
        while let packet = transmit(&tested, &testedChannel) {
            try? honest.receive(
                packet.bytes.span, packetNumber: packet.number, at: now, channel: &honestChannel)
            count += 1
            try require(count < 20_000, "it does not come to rest")
        }
        while tested.pollEvent() != nil {}
        while honest.pollEvent() != nil {}
        while let packet = transmit(&honest, &honestChannel) {
            if underway.count < 64 { underway.append(packet) }
            count += 1
            try require(count < 20_000, "it does not come to rest")
        }
    }

    private func transmit(_ from: inout Connection, _ channel: inout Chatter) -> (number: UInt64, bytes: [UInt8])? {
        var number: UInt64?
        let bytes = [UInt8](capacity: 1_500) { number = from.pollTransmit(into: &$0, at: now, channel: &channel) }
        return number.map { ($0, bytes) }
    }

    mutating func deliver(_ bytes: [UInt8], number: UInt64, ecn: UInt8) {
        let mark = ECNCodepoint(rawValue: ecn & 3) ?? .notCapable
        try? tested.receive(bytes.span, packetNumber: number, ecn: mark, at: now, channel: &testedChannel)
    }

    mutating func advance(by interval: Interval) throws(Finding) {
        let end = now + interval
        var count = 0
        while let next = [tested.nextDeadline, honest.nextDeadline].compactMap({ $0 }).min(), next <= end, count < 200 {
            now = max(now, next)
            tested.advance(to: now, channel: &testedChannel)
            honest.advance(to: now, channel: &honestChannel)
            try settle()
            count += 1
        }
        if count < 200 { now = end }
    }
}

/// Frames of the script's own, and true packets with changes; streams, input and paths meanwhile.
func fuzzTransport(_ input: [UInt8]) throws(Finding) {
    var script = Script(input)
    var line = Line()
    for _ in 0..<150 where !script.isAtEnd {
        try step(&line, &script)
        try line.settle()
    }
    try require(line.tested.memoryBytes < 16 << 20, "it holds \(line.tested.memoryBytes) bytes")
}

private func step(_ line: inout Line, _ script: inout Script) throws(Finding) {
    switch script.choice(8) {
    case 0: try line.advance(by: .milliseconds(Int64(script.byte())))
    case 1:
        line.strangeNumber += 1
        line.deliver(
            script.chunk(), number: script.byte() & 1 == 0 ? line.strangeNumber : UInt64(script.byte()),
            ecn: script.byte())
    case 2, 3:
        guard !line.underway.isEmpty else { return }
        var packet = line.underway.remove(at: script.choice(line.underway.count))
        for _ in 0..<script.choice(4) where !packet.bytes.isEmpty {
            packet.bytes[Int(script.byte()) % packet.bytes.count] ^= script.byte()
        }
        line.deliver(packet.bytes, number: packet.number, ecn: script.byte())
    case 4: write(&line.honest, &script)
    case 5: write(&line.tested, &script)
    case 6: read(&line.tested, &script)
    default:
        let choice = script.byte()
        line.honestChannel.isEnabled = choice & 1 == 0
        line.testedChannel.isEnabled = choice & 2 == 0
        if choice & 12 == 12 {
            line.tested.pathChanged(to: PathIdentifier(UInt64(choice >> 4)), at: line.now)
        }
        if choice & 0xE0 == 0xE0 { line.tested.close(CloseReason(code: 3, text: "over"), at: line.now) }
    }
}

private func write(_ connection: inout Connection, _ script: inout Script) {
    guard let stream = StreamIdentifier(script.byte() % 16) else { return }
    let bytes = script.chunk()
    switch script.choice(3) {
    case 0: try? connection.sendInput(bytes.span)
    default: _ = try? connection.write(bytes.span, on: stream)
    }
}

private func read(_ connection: inout Connection, _ script: inout Script) {
    guard let stream = StreamIdentifier(script.byte() % 16) else { return }
    _ = [UInt8](capacity: 300) { _ = connection.read(stream, into: &$0) }
}

func transportSeeds() -> [[UInt8]] {
    let hello: [UInt8] = [4, 0, 5, 1, 2, 3, 4, 5, 2, 4, 3, 3, 9, 9, 9, 2, 4, 0, 2, 6, 6, 0]
    let deliver: [UInt8] = [2, 0, 0, 0, 2, 0, 0, 1, 2, 0, 0, 2]
    let read: [UInt8] = [6, 0, 6, 3]
    let answer: [UInt8] = [5, 0, 3, 7, 7, 7, 2, 5, 1, 2, 8, 8, 0, 7, 0, 0, 30]
    // Each kind of frame: ping, input, stream, credit, state, close; an acknowledgement.
    let frames: [[UInt8]] = [
        [0, 0, 1], [4, 0, 1, 2, 9, 9], [8, 3, 0, 0, 2, 5, 5], [9, 0, 0, 0, 1, 5], [10, 0x80, 8, 0, 0],
        [11, 3, 0x80, 4, 0, 0], [16, 1, 2, 3, 4], [2, 0, 0, 0, 0, 0], [3, 1, 0, 0, 0, 1, 0, 0, 0],
        [28, 0, 2, 0x68, 0x69],
    ]
    var raw: [UInt8] = []
    for frame in frames { raw += [1, UInt8(frame.count)] + frame + [0, 0] }
    return [
        hello + deliver + read + answer + deliver + read, answer + raw + [0, 50],
        hello + [7, 12] + deliver + [7, 28, 0, 200] + [7, 0xE0],
    ]
}
