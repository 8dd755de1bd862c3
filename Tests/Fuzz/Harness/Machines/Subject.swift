import WireFormat

/// A core machine as the stage drives it; what it throws for bad input is its right.
protocol Subject {
    mutating func take(_ datagram: [UInt8], on path: Path, at now: Instant)
    mutating func advance(to now: Instant)
    var nextDeadline: Instant? { get }
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path?
    /// Drains the events and does what a driver does about them.
    mutating func drainEvents(at now: Instant)
    /// Sees each packet that leaves.
    mutating func sent(_ packet: Sent)
}

extension Subject {
    mutating func sent(_ packet: Sent) {}
}

/// A packet that a machine sent.
struct Sent: Equatable {
    var path: Path
    var bytes: [UInt8]
}
