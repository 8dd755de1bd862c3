import ICE
import NetworkSimulator
import STUN
import Testing
import WireFormat

/// Behaviour discovery and its server against every NAT that the simulator knows: mapping by filtering by assignment by
/// hairpinning. The expectations are those of RFC 4787, written down from the rules alone.
@Suite struct BehaviorTests {
    static let mappings: [NetworkSimulator.MappingBehavior] = [
        .endpointIndependent, .addressDependent, .addressAndPortDependent,
    ]
    static let assignments: [PortAssignment] = [
        .preserving, .sequential(step: 1), .sequential(step: 2), .random,
    ]

    struct Rules: Sendable, CustomTestStringConvertible {
        var filtering: FilteringBehavior
        var assignment: PortAssignment
        var hairpinning: Hairpinning
        var testDescription: String { "\(filtering) \(assignment) \(hairpinning)" }

        static let all = FilteringBehavior.allCases.flatMap { filtering in
            assignments.flatMap { assignment in
                Hairpinning.allCases.map { Rules(filtering: filtering, assignment: assignment, hairpinning: $0) }
            }
        }

        func translation(_ mapping: NetworkSimulator.MappingBehavior) -> TranslationRules {
            TranslationRules(mapping: mapping, filtering: filtering, assignment: assignment, hairpinning: hairpinning)
        }
    }

    @Test(arguments: mappings, Rules.all)
    func everyNATIsToldForWhatItIs(mapping: NetworkSimulator.MappingBehavior, rules: Rules) throws {
        let report = try #require(BehaviorWorld.run(.nat(rules.translation(mapping)), seed: 1).report)
        #expect(report.isTranslated && report.serverOffers == .twoAddresses)
        #expect(report.mapping.rawValue == Self.name(mapping))
        #expect(report.filtering.rawValue == Self.name(rules.filtering))
        #expect(report.hairpinning == Self.hairpinning(mapping, rules))
        #expect(Self.matches(report.allocation, rules.assignment))
        #expect(Self.matches(report.successive, mapping, rules.assignment))
    }

    /// A server with one address tells by its second port what that can tell, and does not guess the rest.
    @Test(arguments: mappings, FilteringBehavior.allCases)
    func oneAddressTellsHalf(mapping: NetworkSimulator.MappingBehavior, filtering: FilteringBehavior) throws {
        let rules = TranslationRules(mapping: mapping, filtering: filtering, assignment: .random)
        let report = try #require(BehaviorWorld.run(.nat(rules), seed: 2, hasSecondAddress: false).report)
        #expect(report.serverOffers == .twoPorts)
        let isByPort = mapping == .addressAndPortDependent
        #expect(report.mapping == (isByPort ? .addressAndPortDependent : .portIndependent))
        let isFilteredByPort = filtering == .addressAndPortDependent
        #expect(report.filtering == (isFilteredByPort ? .addressAndPortDependent : .portIndependent))
    }

    @Test func onePortTellsTheAddressOnly() throws {
        let report = try #require(
            BehaviorWorld.run(.nat(.symmetric), seed: 2, hasSecondAddress: false, hasSecondPort: false).report)
        #expect(report.serverOffers == .onePort && report.mapping == .unknown && report.filtering == .unknown)
    }

    /// No NAT: an open network, and one with a firewall of each kind.
    @Test(arguments: [nil] + FilteringBehavior.allCases.map { Optional($0) })
    func firewallsAreToldFromNATs(filtering: FilteringBehavior?) throws {
        let report = try #require(BehaviorWorld.run(.firewall(FirewallRules(filtering: filtering)), seed: 3).report)
        #expect(!report.isTranslated && report.mapping == .endpointIndependent && report.hairpinning == .unknown)
        #expect(report.allocation == .preserving && report.successive == .same)
        #expect(report.filtering.rawValue == Self.name(filtering ?? .endpointIndependent))
    }

    /// Silence is told in 2.5 s.
    @Test func blockedUDPIsUnreachable() {
        let result = BehaviorWorld.run(.firewall(.udpBlocked), seed: 4)
        #expect(result.report == nil && result.isUnreachable && result.end <= .zero + .milliseconds(2_500))
    }

    /// A tenth of the packets lost each way changes no verdict.
    @Test(arguments: 0..<20)
    func lossChangesNoVerdict(seed: Int) throws {
        let rules = TranslationRules(
            mapping: Self.mappings[seed % 3], filtering: FilteringBehavior.allCases[seed / 3 % 3],
            assignment: Self.assignments[seed % 4], hairpinning: .externalSource)
        let result = BehaviorWorld.run(.nat(rules), seed: UInt64(seed), loss: 0.1)
        let report = try #require(result.report)
        #expect(report.mapping.rawValue == Self.name(rules.mapping))
        #expect(report.filtering.rawValue == Self.name(rules.filtering))
        #expect(Self.matches(report.allocation, rules.assignment))
        #expect(result.end <= .zero + .seconds(4))
    }

    /// What a run costs, at 20 ms to the server: a NAT that drops nothing that we wait for, and one that does.
    @Test func runsAreShort() throws {
        let open = BehaviorWorld.run(.nat(TranslationRules(filtering: .endpointIndependent)), seed: 5)
        let closed = BehaviorWorld.run(.nat(.portRestricted), seed: 5)
        #expect(open.report != nil && closed.report != nil)
        #expect(closed.end <= .zero + .milliseconds(1_500))
        #expect(open.packetsSent <= 40 && closed.packetsSent <= 40)
    }

    @Test func poolsShowSeveralAddresses() throws {
        let rules = TranslationRules(mapping: .addressAndPortDependent, assignment: .random, pooling: .arbitrary)
        let addresses = (0..<4 as Range<UInt32>).map { IPAddress.v4(0x0505_0001 + $0) }
        let report = try #require(BehaviorWorld.run(.nat(rules), seed: 6, externalAddresses: addresses).report)
        #expect(report.externalAddresses.count > 1 && report.mapping == .addressAndPortDependent)
    }

    @Test(arguments: 0..<3)
    func oneSeedGivesOneRun(seed: Int) {
        let first = BehaviorWorld.run(.nat(.symmetric), seed: UInt64(seed), loss: 0.1)
        let second = BehaviorWorld.run(.nat(.symmetric), seed: UInt64(seed), loss: 0.1)
        #expect(first.trace == second.trace && first.report == second.report)
    }

    // MARK: What to expect

    private static func name(_ mapping: NetworkSimulator.MappingBehavior) -> String {
        switch mapping {
        case .endpointIndependent: "endpoint-independent"
        case .addressDependent: "address-dependent"
        case .addressAndPortDependent: "address-and-port-dependent"
        }
    }

    private static func name(_ filtering: FilteringBehavior) -> String {
        switch filtering {
        case .endpointIndependent: "endpoint-independent"
        case .addressDependent: "address-dependent"
        case .addressAndPortDependent: "address-and-port-dependent"
        }
    }

    /// What comes back in has to pass the filter. With endpoint-independent mapping both sockets send to each other's
    /// outside address, which opens it, but only for packets from there; with any other mapping the outside address
    /// that sends is one that nobody sent to.
    private static func hairpinning(
        _ mapping: NetworkSimulator.MappingBehavior, _ rules: Rules
    ) -> HairpinningVerdict {
        let isOpen = rules.filtering == .endpointIndependent
        switch rules.hairpinning {
        case .off: return .none
        case .externalSource:
            return isOpen || mapping == .endpointIndependent ? .works : .none
        case .internalSource:
            return isOpen || mapping == .endpointIndependent ? .worksFromInside : .none
        }
    }

    private static func matches(_ allocation: PortAllocation, _ assignment: PortAssignment) -> Bool {
        switch (allocation, assignment) {
        case (.preserving, .preserving): true
        case (.sequential(let found), .sequential(let step)): found == Int(step)
        case (.random(let range), .random): range.count > 1_000
        default: false
        }
    }

    private static func matches(
        _ successive: SuccessivePorts, _ mapping: NetworkSimulator.MappingBehavior, _ assignment: PortAssignment
    ) -> Bool {
        switch (successive, mapping, assignment) {
        case (.same, .endpointIndependent, _): true
        case (.step(1), .addressDependent, .preserving), (.step(1), .addressAndPortDependent, .preserving): true
        case (.step(let found), .addressDependent, .sequential(let step)),
            (.step(let found), .addressAndPortDependent, .sequential(let step)):
            found == Int(step)
        case (.random, .addressDependent, .random), (.random, .addressAndPortDependent, .random): true
        default: false
        }
    }
}
