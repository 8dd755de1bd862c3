import WireFormat

/// What the outcomes mean.
extension BehaviorDiscovery {
    /// Nil if the server never answered.
    var report: BehaviorReport? {
        let firsts = sockets.indices.compactMap { socket in mapped(.primary, of: socket).map { (socket, $0) } }
        guard let (_, first) = firsts.first else { return nil }
        var externals: [IPAddress] = []
        for case .answered(let mapped, _) in probes.compactMap(\.outcome) where !externals.contains(mapped.ip) {
            externals.append(mapped.ip)
        }
        let mapping = mappingVerdict
        let allocation = allocation
        return BehaviorReport(
            mapped: first, externalAddresses: externals, isTranslated: firsts.contains { sockets[$0.0] != $0.1 },
            mapping: mapping, filtering: filteringVerdict, hairpinning: hairpinningVerdict, allocation: allocation,
            successive: successive(mapping, allocation), roundTrip: roundTrip, serverOffers: offers)
    }

    /// What most sockets met; of two that are as frequent, the one that is harder to get through.
    private var mappingVerdict: MappingVerdict {
        let verdicts = Self.mappingSockets.compactMap { mappingVerdict(of: $0) }
        let order: [MappingVerdict] = [
            .unknown, .portIndependent, .endpointIndependent, .addressDependent, .addressAndPortDependent,
        ]
        var best = (verdict: MappingVerdict.unknown, count: 0)
        for verdict in order {
            let count = verdicts.count { $0 == verdict }
            if count > 0, count >= best.count { best = (verdict, count) }
        }
        return best.verdict
    }

    private func mappingVerdict(of socket: Int) -> MappingVerdict? {
        guard let first = mapped(.primary, of: socket) else { return nil }
        let port = mapped(.otherPort, of: socket)
        let address = mapped(.otherAddress, of: socket)
        let both = mapped(.otherBoth, of: socket)
        if let port, port != first { return .addressAndPortDependent }
        if let address, let both, address != both { return .addressAndPortDependent }
        switch (port, address ?? both) {
        case (_?, let other?): return other == first ? .endpointIndependent : .addressDependent
        case (_?, nil): return .portIndependent
        case (nil, let other?): return other == first ? .endpointIndependent : nil
        case (nil, nil): return nil
        }
    }

    private var filteringVerdict: FilteringVerdict {
        let port = probe(.filtering(.port), of: Self.filteringSocket)?.outcome
        let both = probe(.filtering([.address, .port]), of: Self.filteringSocket)?.outcome
        switch (port, both) {
        case (_, .answered): return .endpointIndependent
        case (.answered, .silent): return .addressDependent
        case (.answered, _): return .portIndependent
        case (.silent, .silent), (.silent, nil): return .addressAndPortDependent
        default: return .unknown
        }
    }

    private var hairpinningVerdict: HairpinningVerdict {
        let outcomes = probes.filter { $0.purpose == .hairpin }
        for probe in outcomes {
            guard case .arrived(let source) = probe.outcome else { continue }
            return source == sockets[probe.socket] ? .worksFromInside : .works
        }
        return !outcomes.isEmpty && outcomes.allSatisfy { $0.outcome == .silent } ? .none : .unknown
    }

    // MARK: Ports

    /// A mapping that was made while we looked on.
    private struct Sample {
        let socket: Int
        let mapped: TransportAddress
    }

    /// New mappings in the order of their making: the first time that a socket has an outside address.
    private var samples: [Sample] {
        let answered = probes.filter { $0.ordinal != nil }.sorted { ($0.ordinal ?? 0) < ($1.ordinal ?? 0) }
        var samples: [Sample] = []
        for probe in answered {
            guard case .mapping = probe.purpose, case .answered(let mapped, true) = probe.outcome,
                !samples.contains(where: { $0.socket == probe.socket && $0.mapped == mapped })
            else { continue }
            samples.append(Sample(socket: probe.socket, mapped: mapped))
        }
        return samples
    }

    private var allocation: PortAllocation {
        let samples = samples
        var firsts: [Sample] = []
        for sample in samples where !firsts.contains(where: { $0.socket == sample.socket }) { firsts.append(sample) }
        guard firsts.count >= 2, let range = Self.range(samples) else { return .unknown }
        let preserved = firsts.count { sockets[$0.socket].port == $0.mapped.port }
        // One or two of our ports may be taken by somebody else's mapping.
        if preserved * 3 >= firsts.count * 2 { return .preserving }
        if let step = Self.step(Self.differences(samples)) { return .sequential(step: step) }
        return .random(range)
    }

    private func successive(_ mapping: MappingVerdict, _ allocation: PortAllocation) -> SuccessivePorts {
        switch (mapping, allocation) {
        case (.endpointIndependent, _), (.portIndependent, _): return .same
        case (.unknown, _), (_, .unknown): return .unknown
        case (_, .sequential(let step)): return .step(step)
        case (_, .preserving), (_, .random):
            let samples = samples
            // Of one socket each: who keeps the port for its first destination has to look further for the next.
            let differences = sockets.indices.flatMap { socket in
                Self.differences(samples.filter { $0.socket == socket })
            }
            if let step = Self.step(differences) { return .step(step) }
            return Self.range(samples).map { .random($0) } ?? .unknown
        }
    }

    private static func range(_ samples: [Sample]) -> ClosedRange<UInt16>? {
        guard let low = samples.map(\.mapped.port).min(), let high = samples.map(\.mapped.port).max() else {
            return nil
        }
        return low...high
    }

    private static func differences(_ samples: [Sample]) -> [Int] {
        zip(samples, samples.dropFirst()).filter { $0.mapped.ip == $1.mapped.ip }.map { first, second in
            Int(Int16(truncatingIfNeeded: Int(second.mapped.port) - Int(first.mapped.port)))
        }
    }

    /// The farthest that a step goes. Among random ports one difference in 500 is so small.
    private static let longestStep = 64

    /// The step of a sequence, if three quarters of the differences are small and have one sign: other people's
    /// mappings lie between ours. The most frequent one, and of those the shortest.
    private static func step(_ differences: [Int]) -> Int? {
        guard differences.count >= 2 else { return nil }
        for sign in [1, -1] {
            let steps = differences.map { $0 * sign }.filter { (1...longestStep).contains($0) }
            guard steps.count * 4 >= differences.count * 3 else { continue }
            let counts = Dictionary(grouping: steps) { $0 }.mapValues(\.count)
            let most = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
            return most.map { $0.key * sign }
        }
        return nil
    }
}
