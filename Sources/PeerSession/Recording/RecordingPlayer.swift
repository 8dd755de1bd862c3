import ScreenCodec
import WireFormat

/// Turns a recording's events back into the picture that they made.
public struct RecordingPlayer {
    private let limits: Decoder.Limits
    private var screen: ScreenReceiver
    /// The pointer's shape; nil before the first.
    public private(set) var cursor: CursorShape?
    /// When the last event was, since the recording began.
    public private(set) var position = Interval.zero
    public private(set) var sessionCount = 0
    public private(set) var datagramCount: UInt64 = 0
    /// Datagrams that the recorder could not keep: the picture may have gaps.
    public private(set) var missingCount: UInt64 = 0

    public init(limits: Decoder.Limits = Decoder.Limits()) {
        self.limits = limits
        screen = ScreenReceiver(limits: limits)
    }

    /// The picture now; 0 pixels wide before there is any.
    public var decoder: Decoder { screen.decoder }

    /// Whether every part of the screen was seen since the session began.
    public var isComplete: Bool { screen.isComplete }

    /// Whether the picture is, pixel for pixel, what the host had.
    public var isExact: Bool { screen.isExact }

    /// Datagrams that made no sense, as they made none to the viewer.
    public var malformedCount: UInt64 { screen.malformedCount }

    public mutating func takeDamage(_ body: (Rectangle) -> Void) { screen.takeDamage(body) }

    public mutating func play(_ event: RecordedEvent, after interval: Interval) {
        position = max(position, interval)
        switch event {
        case .sessionBegan:
            sessionCount += 1
            cursor = nil
            screen = ScreenReceiver(limits: limits)
        case .screen(let number, let content):
            datagramCount += 1
            screen.received(content.span, packetNumber: number, at: .zero + interval)
        case .cursor(let shape): cursor = shape
        case .sessionEnded: break
        case .missing(let count): missingCount &+= count
        }
    }
}
