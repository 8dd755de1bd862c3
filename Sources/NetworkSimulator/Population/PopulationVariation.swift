/// Something in a population that nobody has measured, and how far it might be off.
///
/// The text form says it beside the figures it is about; lines of one label vary together:
///
///     vary  LABEL  place   NAME   weight | ipv6 | port-mapping                      LOW  HIGH
///     vary  LABEL  nat     TABLE  symmetric | strict | sequential | hairpinning     LOW  HIGH
///     vary  LABEL  access  TABLE  delay | loss                                      LOW  HIGH
///
/// LOW and HIGH are factors; `*` names all places or tables.
public struct PopulationVariation: Hashable, Sendable {
    public let label: String
    /// The factors to try.
    public let low: Double
    public let high: Double
    var targets: [Target]

    /// What a factor multiplies. NAT properties are weights: of the lines that have the property.
    enum Target: Hashable, Sendable {
        case place(String, PlaceProperty)
        case translation(String, TranslationProperty)
        case access(String, AccessProperty)
    }

    enum PlaceProperty: String, Hashable, Sendable, CaseIterable {
        case weight
        case ipv6
        case portMapping = "port-mapping"
    }

    enum TranslationProperty: String, Hashable, Sendable, CaseIterable {
        /// Mappings that depend on the remote address.
        case symmetric
        /// Mappings that do not, with filters by address and port.
        case strict
        /// Symmetric, with ports that follow one another.
        case sequential
        /// Mappings that are reachable from inside.
        case hairpinning

        func holds(for rules: TranslationRules) -> Bool {
            let isSymmetric = rules.mapping != .endpointIndependent
            switch self {
            case .symmetric: return isSymmetric
            case .strict: return !isSymmetric && rules.filtering == .addressAndPortDependent
            case .sequential:
                if case .sequential = rules.assignment { return isSymmetric }
                return false
            case .hairpinning: return rules.hairpinning != .off
            }
        }
    }

    enum AccessProperty: String, Hashable, Sendable, CaseIterable {
        case delay
        case loss
    }
}
