import STUN
import TURN
import WireFormat

/// A TURN server in the test network.
struct TestRelay {
    static let address = TransportAddress("198.51.100.2:3478")!

    var nextDeadline: Instant? { nil }

    mutating func advance(to now: Instant) {}

    mutating func poll(at now: Instant) -> ([UInt8], TransportAddress, TransportAddress)? { nil }

    mutating func receive(
        _ bytes: [UInt8], from: TransportAddress, to: TransportAddress, at now: Instant
    ) -> Bool { false }
}
