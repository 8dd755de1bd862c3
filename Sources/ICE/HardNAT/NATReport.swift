import WireFormat

/// What an agent has found out about the NAT in front of it, as it tells the other agent.
package struct NATReport: Hashable, Sendable {
    /// RFC 4787 section 4.1.
    package enum Mapping: UInt8, Sendable {
        /// Seen from one place only, or from none.
        case unknown
        /// One port for all destinations, or no NAT at all.
        case independent
        case addressDependent
        case addressAndPortDependent
    }

    package var mapping: Mapping
    /// By how much the port of each new mapping exceeds the one before; 0 if it cannot be told.
    package var step: UInt16
    /// The outside address of the socket that probes leave from, and that the many sockets' checks go to.
    package var address: TransportAddress

    package init(mapping: Mapping, step: UInt16, address: TransportAddress) {
        self.mapping = mapping
        self.step = step
        self.address = address
    }

    /// Whether the other agent cannot know the port that packets to it come from.
    package var isHard: Bool { mapping == .addressDependent || mapping == .addressAndPortDependent }

    package var isPredictable: Bool { isHard && step > 0 }

    /// Whether anything can be built on it.
    package var isUsable: Bool { mapping != .unknown && address.ip.isIPv4 && address.isUnicast }

    /// The largest difference between the ports of consecutive mappings that is taken for a step and what other hosts
    /// behind the NAT took in between. Random ports are that close, in order, twice in a row, once in four million times.
    private static let largestUnevenStep: UInt16 = 32

    /// The step between the ports of new mappings made one after the other: what they all differ by, modulo 2^16, or the
    /// smallest of small differences; 0 if they seem random. Three random ports differ evenly once in 65,536 times,
    /// which costs an attempt.
    package static func step(of ports: [UInt16]) -> UInt16 {
        guard ports.count > 2 else { return 0 }
        let first = ports[1] &- ports[0]
        var smallest = largestUnevenStep
        var isEven = first != 0
        var isSmall = true
        for index in 1..<ports.count {
            let difference = ports[index] &- ports[index - 1]
            isEven = isEven && difference == first
            isSmall = isSmall && (1...largestUnevenStep).contains(difference)
            smallest = min(smallest, difference)
        }
        return isEven ? first : isSmall ? smallest : 0
    }
}
