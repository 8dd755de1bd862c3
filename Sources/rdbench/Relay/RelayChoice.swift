import ArgumentParser

/// What of the relay suite was asked for.
package struct RelayChoice: Sendable {
    private static let allocations = [1, 10, 100, 1_000]
    private static let payloads = [100, 1_200]
    private static let bursts = [1, 8, 32]

    package let shapes: [RelayShape]
    /// How many threads of each relay relay.
    let threads: Int

    /// - Parameters: lists of numbers; nil for all.
    package init(allocations: String? = nil, payloads: String? = nil, bursts: String? = nil, threads: Int = 1) throws {
        guard (1...32).contains(threads) else { throw ValidationError("--relay-threads is none of 1 to 32.") }
        self.threads = threads
        // Ports for more relayed addresses there are not; a payload has a mark, and with its header fits Ethernet.
        let allocations = try Self.list(allocations, Self.allocations, in: 1...10_000)
        let payloads = try Self.list(payloads, Self.payloads, in: 8...1_400)
        let bursts = try Self.list(bursts, Self.bursts, in: 1...RelayTraffic.mostPackets)
        shapes = allocations.flatMap { allocations in
            payloads.flatMap { bytes in
                bursts.flatMap { burst in
                    (burst == 1 ? [false] : [false, true]).map {
                        RelayShape(allocations: allocations, payloadBytes: bytes, burst: burst, isJoined: $0)
                    }
                }
            }
        }
    }

    private static func list(_ text: String?, _ all: [Int], in range: ClosedRange<Int>) throws -> [Int] {
        guard let text else { return all }
        return try text.split(separator: ",").map { part in
            guard let number = Int(part), range.contains(number) else {
                throw ValidationError("'\(part)' is none of \(range.lowerBound) to \(range.upperBound).")
            }
            return number
        }
    }
}
