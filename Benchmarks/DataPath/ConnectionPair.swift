import Transport
import WireFormat

/// Two connections with nothing between them: time passes, packets arrive.
struct ConnectionPair {
    private static let packetBytes = 1_500
    private static let step = Interval.microseconds(500)

    private var host = Connection(path: PathIdentifier(1), at: .zero)
    private var viewer = Connection(path: PathIdentifier(1), at: .zero)
    private var screen = FullScreen(hasContent: true)
    private var picture = FullScreen(hasContent: false)
    private var now = Instant.zero
    private(set) var packets = 0

    /// Lets half a millisecond pass and delivers what both sides want to send.
    mutating func round() {
        now = now + Self.step
        host.advance(to: now, channel: &screen)
        viewer.advance(to: now, channel: &picture)
        while let (number, bytes) = Self.next(&host, &screen, now) {
            packets += 1
            try? viewer.receive(bytes.span, packetNumber: number, at: now, channel: &picture)
        }
        while let (number, bytes) = Self.next(&viewer, &picture, now) {
            try? host.receive(bytes.span, packetNumber: number, at: now, channel: &screen)
        }
    }

    private static func next(
        _ connection: inout Connection, _ channel: inout FullScreen, _ now: Instant
    ) -> (UInt64, [UInt8])? {
        var number: UInt64?
        let bytes = [UInt8](capacity: packetBytes) {
            number = connection.pollTransmit(into: &$0, at: now, channel: &channel)
        }
        return number.map { ($0, bytes) }
    }
}
