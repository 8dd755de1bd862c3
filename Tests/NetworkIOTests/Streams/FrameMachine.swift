import NetworkIO
import WireFormat

/// A machine of frames with two bytes of length in front, which sends what it is told to and keeps what it gets.
struct FrameMachine: DatagramMachine {
    struct Refusal: Error {}

    var outgoing: [(path: Path, bytes: [UInt8])] = []
    var sent = 0
    var received: [(path: Path, bytes: [UInt8])] = []
    var closed: [Path] = []
    var echoes = false
    var keepsStreams = true
    /// A first payload byte of frames that are refused.
    var refusedByte: UInt8?

    var nextDeadline: Instant? { nil }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Refusal) {
        let bytes = datagram.copied()
        if let refusedByte, bytes.count > 2, bytes[2] == refusedByte { throw Refusal() }
        received.append((path, bytes))
        if echoes { outgoing.append((path, bytes)) }
    }

    mutating func advance(to now: Instant) {}

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        guard sent < outgoing.count else { return nil }
        defer { sent += 1 }
        let next = outgoing[sent]
        packet.append(contentsOf: next.bytes.span)
        return next.path
    }

    mutating func pollEvent() -> Never? { nil }

    mutating func streamClosed(_ path: Path, at now: Instant) { closed.append(path) }

    func keepsStream(_ path: Path) -> Bool { keepsStreams }

    /// A frame with this number and so many bytes of payload behind it.
    static func frame(_ number: Int, count: Int = 0) -> [UInt8] {
        let payload = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: count)
        let size = count + 6
        return [UInt8(size >> 8), UInt8(size & 0xFF)]
            + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } + payload
    }

    static func number(of frame: [UInt8]) -> Int {
        frame.count < 6 ? -1 : frame[2..<6].reduce(0) { $0 << 8 | Int($1) }
    }

    /// Numbers from 2^30 on.
    static let precedence: StreamPrecedence = { frame in frame.count > 2 && frame[2] >= 0x40 }

    /// Lengths from 0xFF00 on are none.
    static let framing: StreamFraming = { bytes in
        guard bytes.count >= 2 else { return .incomplete }
        let size = Int(bytes[0]) << 8 | Int(bytes[1])
        return size < 0xFF00 ? .size(size) : .invalid
    }
}
