import WireFormat

extension Population {
    /// This population with one assumption off by a factor. Draws from the same random numbers differ from this
    /// population's as rarely as the two distributions allow, so that few sessions tell them apart.
    public func varied(_ variation: PopulationVariation, by factor: Double) -> Population {
        var population = self
        for target in variation.targets { population.apply(target, factor) }
        return population
    }

    private mutating func apply(_ target: PopulationVariation.Target, _ factor: Double) {
        switch target {
        case .place(let name, let property):
            for index in places.indices where Self.matches(name, places[index].value.name) {
                apply(property, factor, to: &places[index])
            }
        case .translation(let table, let property):
            for key in translations.keys where Self.matches(table, key) {
                guard var lines = translations[key] else { continue }
                for index in lines.indices where property.holds(for: lines[index].value) {
                    lines[index].factor *= factor
                }
                translations[key] = lines
            }
        case .access(let table, let property):
            for key in accesses.keys where Self.matches(table, key) {
                accesses[key] = accesses[key]?.map { Self.scaled($0, property, factor) }
            }
        }
    }

    private func apply(
        _ property: PopulationVariation.PlaceProperty, _ factor: Double, to place: inout Weighted<Place>
    ) {
        switch property {
        case .weight: place.factor *= factor
        case .ipv6: place.value.ipv6Share = min(place.value.ipv6Share * factor, 1)
        case .portMapping: place.value.portMappingShare = min(place.value.portMappingShare * factor, 1)
        }
    }

    private static func scaled(
        _ access: Weighted<AccessLink>, _ property: PopulationVariation.AccessProperty, _ factor: Double
    ) -> Weighted<AccessLink> {
        func scaled(_ conditions: LinkConditions) -> LinkConditions {
            var result = conditions
            switch property {
            case .delay: result.delay = Interval(nanoseconds: Int64(Double(result.delay.nanoseconds) * factor))
            case .loss: if case .bernoulli(let rate) = result.loss { result.loss = .bernoulli(min(rate * factor, 1)) }
            }
            return result
        }
        var access = access
        access.value.up = scaled(access.value.up)
        access.value.down = scaled(access.value.down)
        return access
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool { pattern == "*" || pattern == name }

    // MARK: Text

    mutating func addVariation(_ line: PopulationLine) throws(PopulationError) {
        try line.expect(fields: 7)
        let target: PopulationVariation.Target
        switch line.text(2) {
        case "place": target = .place(line.text(3), try line.property(4))
        case "nat": target = .translation(line.text(3), try line.property(4))
        case "access": target = .access(line.text(3), try line.property(4))
        default: throw line.error("'\(line.text(2))' is none of place, nat, access")
        }
        let low = try line.number(5, in: 0...1)
        let high = try line.number(6, in: 1...100)
        if let index = variations.firstIndex(where: { $0.label == line.text(1) }) {
            guard variations[index].low == low, variations[index].high == high else {
                throw line.error("'\(line.text(1))' has other factors above")
            }
            variations[index].targets.append(target)
        } else {
            variations.append(PopulationVariation(label: line.text(1), low: low, high: high, targets: [target]))
        }
    }

    /// A variation of nothing would be a row that always says that nothing depends on it.
    func checkVariations() throws(PopulationError) {
        for variation in variations {
            for target in variation.targets where !isThere(target) {
                throw PopulationError(line: 0, reason: "vary \(variation.label): there is no such line")
            }
        }
    }

    private func isThere(_ target: PopulationVariation.Target) -> Bool {
        switch target {
        case .place(let name, _): places.contains { Self.matches(name, $0.value.name) }
        case .translation(let table, let property):
            translations.contains { key, lines in
                Self.matches(table, key) && lines.contains { property.holds(for: $0.value) }
            }
        case .access(let table, _): accesses.keys.contains { Self.matches(table, $0) }
        }
    }
}

extension PopulationLine {
    fileprivate func property<Property: RawRepresentable & CaseIterable>(
        _ field: Int
    ) throws(PopulationError) -> Property where Property.RawValue == String {
        guard let property = Property(rawValue: text(field)) else {
            let names = Property.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("'\(text(field))' is none of \(names)")
        }
        return property
    }
}
