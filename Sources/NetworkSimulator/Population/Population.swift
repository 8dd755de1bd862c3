public import WireFormat

/// The networks that two sides of a session may be in, with weights: draws one side at a time.
///
/// The text form is one line per kind, fields separated by tabs; lines that begin with `#` hold the sources.
///
///     place   NAME   WEIGHT  CHAIN  IPV6  PORT-MAPPING  ACCESS
///     nat     TABLE  WEIGHT  MAPPING  FILTERING  ASSIGNMENT  HAIRPINNING  LIFETIME
///     access  TABLE  WEIGHT  DELAY  JITTER  LOSS  UP  DOWN  QUEUE
///     vary    LABEL  KIND  NAME  PROPERTY  LOW  HIGH
public struct Population: Sendable {
    /// Lines, fields and tables beyond this are an error, not a load.
    static let lineLimit = 10_000

    var places: [Weighted<Place>] = []
    var translations: [String: [Weighted<TranslationRules>]] = [:]
    var accesses: [String: [Weighted<AccessLink>]] = [:]
    /// What is assumed, in the order of the text, and how far to vary it.
    public internal(set) var variations: [PopulationVariation] = []

    init() {}

    /// One kind of surroundings.
    struct Place: Sendable {
        var name: String
        /// Names of NAT tables, or of firewalls, from the host outwards.
        var chain: [String]
        var ipv6Share: Double
        var portMappingShare: Double
        var access: String
    }

    /// Draws the surroundings of one side.
    public func draw(using random: inout SeededRandom) -> PopulationDraw {
        let place = Self.pick(places, &random)
        let link = Self.pick(accesses[place.access] ?? [], &random)
        let hasIPv6 = Self.fraction(&random) < place.ipv6Share
        let mapsPorts = Self.fraction(&random) < place.portMappingShare
        var gateways = place.chain.map { gateway($0, &random) }
        if mapsPorts, !gateways.isEmpty { gateways[0].mapsPorts = true }
        return PopulationDraw(
            place: place.name, side: NetworkSide(gateways: gateways, hasIPv6: hasIPv6), link: link)
    }

    private func gateway(_ name: String, _ random: inout SeededRandom) -> GatewayRules {
        if let firewall = Self.firewalls[name] { return .firewall(firewall) }
        return .nat(Self.pick(translations[name] ?? [], &random))
    }

    /// What a chain may name besides the tables of NATs.
    static let firewalls: [String: FirewallRules] = [
        "firewall": .stateful, "udp-blocked": .udpBlocked, "web-only": .webOnly,
    ]

    private static func pick<Value>(_ choices: [Weighted<Value>], _ random: inout SeededRandom) -> Value {
        choose(choices, at: fraction(&random))
    }

    private static func fraction(_ random: inout SeededRandom) -> Double { Double(random.next() >> 11) * 0x1p-53 }
}
