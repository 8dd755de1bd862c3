import WireFormat

extension Population {
    /// Parses the text form.
    ///
    /// - Throws: `PopulationError` at the first line that is not understood, or if a table is named and missing.
    public init(_ text: String) throws(PopulationError) {
        self.init()
        var number = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard number <= Self.lineLimit else { throw PopulationError(line: number, reason: "too many lines") }
            if line.isEmpty || line.first == "#" { continue }
            try add(PopulationLine(line, number))
        }
        try checkTables()
        try checkVariations()
    }

    private mutating func add(_ line: PopulationLine) throws(PopulationError) {
        switch line.kind {
        case "place": try addPlace(line)
        case "nat": try addTranslation(line)
        case "access": try addAccess(line)
        case "vary": try addVariation(line)
        default: throw line.error("unknown kind '\(line.kind)'")
        }
    }

    private mutating func addPlace(_ line: PopulationLine) throws(PopulationError) {
        try line.expect(fields: 7)
        let chain = line.text(3) == "-" ? [] : line.text(3).split(separator: ",").map(String.init)
        let place = Place(
            name: line.text(1), chain: chain, ipv6Share: try line.number(4, in: 0...1),
            portMappingShare: try line.number(5, in: 0...1), access: line.text(6))
        places.append(Weighted(weight: try line.number(2, in: 0...1e6), value: place))
    }

    private mutating func addTranslation(_ line: PopulationLine) throws(PopulationError) {
        try line.expect(fields: 8)
        let rules = TranslationRules(
            mapping: try line.choice(3, Self.mappings), filtering: try line.choice(4, Self.filterings),
            assignment: try line.choice(5, Self.assignments), hairpinning: try line.choice(6, Self.hairpinnings),
            lifetime: .milliseconds(Int64(try line.number(7, in: 1...86_400) * 1_000)))
        translations[line.text(1), default: []].append(
            Weighted(weight: try line.number(2, in: 0...1e6), value: rules))
    }

    private mutating func addAccess(_ line: PopulationLine) throws(PopulationError) {
        try line.expect(fields: 9)
        let delay = try line.number(3, in: 0...10_000)
        let jitter = try line.number(4, in: 0...10_000)
        let loss = try line.number(5, in: 0...1)
        let queue = try line.number(8, in: 1...1e6)
        func conditions(_ megabits: Double) -> LinkConditions {
            LinkConditions(
                delay: .microseconds(Int64(delay * 1_000)), jitter: .microseconds(Int64(jitter * 1_000)),
                loss: loss > 0 ? .bernoulli(loss) : .none, bytesPerSecond: Int64(megabits * 125_000),
                queueBytes: Int(queue * 1_000))
        }
        let up = try line.number(6, in: 0.01...1e6)
        let down = try line.number(7, in: 0.01...1e6)
        accesses[line.text(1), default: []].append(
            Weighted(
                weight: try line.number(2, in: 0...1e6),
                value: AccessLink(up: conditions(up), down: conditions(down))))
    }

    private func checkTables() throws(PopulationError) {
        guard places.contains(where: { $0.weight > 0 }) else { throw PopulationError(line: 0, reason: "no place") }
        for place in places.map(\.value) {
            if accesses[place.access] == nil {
                throw PopulationError(line: 0, reason: "place \(place.name): no access table '\(place.access)'")
            }
            for name in place.chain where translations[name] == nil && Self.firewalls[name] == nil {
                throw PopulationError(line: 0, reason: "place \(place.name): no nat table '\(name)'")
            }
        }
    }

    private static let mappings: [(String, MappingBehavior)] = [
        ("endpoint", .endpointIndependent), ("address", .addressDependent), ("address-port", .addressAndPortDependent),
    ]
    private static let filterings: [(String, FilteringBehavior)] = [
        ("endpoint", .endpointIndependent), ("address", .addressDependent), ("address-port", .addressAndPortDependent),
    ]
    private static let assignments: [(String, PortAssignment)] = [
        ("preserving", .preserving), ("sequential", .sequential(step: 1)), ("random", .random),
    ]
    private static let hairpinnings: [(String, Hairpinning)] = [
        ("off", .off), ("external", .externalSource), ("internal", .internalSource),
    ]
}
