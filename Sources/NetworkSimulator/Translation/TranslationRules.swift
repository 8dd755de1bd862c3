public import WireFormat

/// A NAT as RFC 4787 describes one: each behaviour is a parameter of its own.
public struct TranslationRules: Hashable, Sendable {
    public var mapping: MappingBehavior
    public var filtering: FilteringBehavior
    public var assignment: PortAssignment
    public var hairpinning: Hairpinning
    public var pooling: AddressPooling
    /// How long a UDP mapping lives without a packet that refreshes it. REQ-5: two minutes at least.
    public var lifetime: Interval
    /// REQ-6: outbound packets always refresh a mapping; inbound ones may.
    public var inboundRefreshes: Bool
    /// Mappings beyond this are refused until older ones expire.
    public var mappingLimit: Int
    /// The external ports it gives out.
    public var ports: ClosedRange<UInt16>

    public init(
        mapping: MappingBehavior = .endpointIndependent, filtering: FilteringBehavior = .addressAndPortDependent,
        assignment: PortAssignment = .preserving, hairpinning: Hairpinning = .off, pooling: AddressPooling = .paired,
        lifetime: Interval = .seconds(120), inboundRefreshes: Bool = false, mappingLimit: Int = 4_096,
        ports: ClosedRange<UInt16> = 1_024...65_535
    ) {
        self.mapping = mapping
        self.filtering = filtering
        self.assignment = assignment
        self.hairpinning = hairpinning
        self.pooling = pooling
        self.lifetime = lifetime
        self.inboundRefreshes = inboundRefreshes
        self.mappingLimit = mappingLimit
        self.ports = ports
    }

    /// RFC 3489's names, still in use.
    public static var fullCone: TranslationRules { TranslationRules(filtering: .endpointIndependent) }
    public static var addressRestricted: TranslationRules { TranslationRules(filtering: .addressDependent) }
    public static var portRestricted: TranslationRules { TranslationRules() }
    public static var symmetric: TranslationRules {
        TranslationRules(mapping: .addressAndPortDependent, assignment: .random)
    }
    public static var symmetricSequential: TranslationRules {
        TranslationRules(mapping: .addressAndPortDependent, assignment: .sequential(step: 1))
    }
}
