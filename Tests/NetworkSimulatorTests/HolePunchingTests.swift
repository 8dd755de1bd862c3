import NetworkSimulator
import Testing
import WireFormat

@Suite struct HolePunchingTests {
    static let assignments: [PortAssignment] = [.preserving, .sequential(step: 1), .random]

    static func nats(_ assignment: PortAssignment) -> [TranslationRules] {
        MappingBehavior.allCases.flatMap { mapping in
            FilteringBehavior.allCases.map { filtering in
                TranslationRules(mapping: mapping, filtering: filtering, assignment: assignment)
            }
        }
    }

    /// Every mapping with every filtering on both sides, for each pair of port assignments.
    @Test(arguments: assignments, assignments)
    func `the oracle and the simulation agree on plain hole punching`(
        first: PortAssignment, second: PortAssignment
    ) {
        for (row, left) in Self.nats(first).enumerated() {
            for (column, right) in Self.nats(second).enumerated() {
                let one = NetworkSide(gateways: [.nat(left)])
                let other = NetworkSide(gateways: [.nat(right)])
                let succeeded = Punching.succeeds(one, other, seed: UInt64(row * 9 + column))
                #expect(succeeded == DirectPathOracle.plainICE(one, other), "\(left) against \(right)")
            }
        }
    }

    @Test func `chains of gateways agree with the oracle too`() {
        let chains: [[GatewayRules]] = [
            [], [.firewall(.stateful)], [.nat(.portRestricted), .nat(.symmetric)],
            [.nat(.symmetric), .nat(.fullCone)], [.nat(.addressRestricted), .nat(.fullCone)],
            [.nat(.portRestricted), .nat(.portRestricted)], [.firewall(.udpBlocked)],
            [.nat(.fullCone), .firewall(.stateful)],
        ]
        for left in chains {
            for right in chains {
                let one = NetworkSide(gateways: left)
                let other = NetworkSide(gateways: right)
                guard !left.isEmpty || !right.isEmpty else { continue }
                #expect(
                    Punching.succeeds(one, other, seed: 3) == DirectPathOracle.plainICE(one, other),
                    "\(left) against \(right)")
            }
        }
    }
}
