import WireFormat

/// The ports to probe, in their order, none of them twice.
package enum ProbePorts: Sendable {
    /// From the one after `last` upwards.
    case predicted(last: UInt16, step: UInt16)
    /// All over: an odd multiplier visits each of the 65,536 numbers once, and a random one is as good against ports that
    /// a NAT chose at random as drawing each.
    case scattered(multiplier: UInt16, offset: UInt16)

    /// Ports that no NAT gives out, as far as RFC 4787 section 4.2 goes ("Port Range").
    package static let reserved: UInt16 = 1_024

    package static func scattered(using random: inout SeededRandom) -> ProbePorts {
        let word = random.next()
        return .scattered(
            multiplier: UInt16(truncatingIfNeeded: word) | 1, offset: UInt16(truncatingIfNeeded: word >> 16))
    }

    /// The port at a position; nil if that one is to be left out.
    package func port(at position: Int) -> UInt16? {
        let number = UInt16(truncatingIfNeeded: position)
        let port =
            switch self {
            case .predicted(let last, let step): last &+ (number &+ 1) &* step
            case .scattered(let multiplier, let offset): number &* multiplier &+ offset
            }
        return port >= Self.reserved ? port : nil
    }
}
