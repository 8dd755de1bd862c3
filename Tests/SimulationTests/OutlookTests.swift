import ICE
import NetworkSimulator
import Testing
import WireFormat

/// What `rdpeer doctor` promises, held against the simulator's oracle, which was written without it.
@Suite struct OutlookTests {
    static let rules: [TranslationRules?] =
        [nil]
        + MappingBehavior.allCases.flatMap { mapping in
            FilteringBehavior.allCases.flatMap { filtering in
                [PortAssignment.preserving, .random].map {
                    TranslationRules(mapping: mapping, filtering: filtering, assignment: $0)
                }
            }
        }

    @Test(arguments: rules)
    func outcomesAreThoseOfTheOracle(first: TranslationRules?) {
        for second in Self.rules {
            let sides = (Self.side(first), Self.side(second))
            let outcome = Self.outlook(first).outcome(with: Self.outlook(second))
            #expect((outcome == .direct) == DirectPathOracle.plainICE(sides.0, sides.1))
            #expect((outcome != .relayed) == DirectPathOracle.anyMethod(sides.0, sides.1))
            #expect(outcome == Self.outlook(second).outcome(with: Self.outlook(first)))
        }
    }

    /// The whole way: a simulated network, what discovery says of it, what that promises with each class of peers.
    @Test(arguments: rules.compactMap { $0 })
    func promisesFollowFromWhatWasFound(rules: TranslationRules) throws {
        let report = try #require(BehaviorWorld.run(.nat(rules), seed: 9).report)
        let found = try #require(TraversalOutlook(report))
        for peer in PeerClass.allCases {
            #expect(found.outcome(with: peer.outlook) == Self.outlook(rules).outcome(with: peer.outlook))
        }
    }

    @Test func nothingDirectWithoutUDP() {
        for peer in PeerClass.allCases {
            #expect(PeerClass.udpBlocked.outlook.outcome(with: peer.outlook) == .relayed)
        }
    }

    private static func side(_ rules: TranslationRules?) -> NetworkSide {
        NetworkSide(gateways: rules.map { [.nat($0)] } ?? [])
    }

    private static func outlook(_ rules: TranslationRules?) -> TraversalOutlook {
        guard let rules else { return TraversalOutlook(filtering: .any) }
        let mapping: TraversalOutlook.Granularity =
            switch rules.mapping {
            case .endpointIndependent: .any
            case .addressDependent: .address
            case .addressAndPortDependent: .addressAndPort
            }
        let filtering: TraversalOutlook.Granularity =
            switch rules.filtering {
            case .endpointIndependent: .any
            case .addressDependent: .address
            case .addressAndPortDependent: .addressAndPort
            }
        return TraversalOutlook(
            mapping: mapping, filtering: filtering, isPredictable: rules.assignment != .random)
    }
}
