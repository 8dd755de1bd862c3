package import WireFormat

/// The state of a NAT: mappings, and what its filter remembers of each.
package struct Translator: Sendable {
    package let rules: TranslationRules
    private(set) var externalAddresses: [IPAddress]
    private var random: MixingRandom
    private var mappings: [Mapping?] = []
    private var freeLines: [Int] = []
    private var byInside = FlowTable<Int>()
    private var byOutside = FlowTable<Int>()
    private var requestedByInside = FlowTable<Int>()
    private var sessions = FlowTable<Int64>()
    private var sessionLimit = 64
    private var lastSerial: UInt64 = 0
    private var portCursor: UInt64

    package init(rules: TranslationRules, seed: UInt64, externalAddresses: [IPAddress]) {
        self.init(
            rules: rules, externalAddresses: externalAddresses, random: MixingRandom(seed: seed, stream: 0))
    }

    init(rules: TranslationRules, externalAddresses: [IPAddress], random: MixingRandom) {
        self.rules = rules
        self.externalAddresses = externalAddresses
        self.random = random
        portCursor = self.random.below(UInt64(rules.ports.count))
    }

    /// Mappings in the table, expired ones included until they are noticed.
    var mappingCount: Int { mappings.count - freeLines.count }

    /// Translates the source of a packet from inside.
    package mutating func outbound(
        _ transport: TransportProtocol, from inside: TransportAddress, to remote: TransportAddress, at now: Int64
    ) -> Verdict {
        guard let line = mapping(transport, inside, remote, now), let mapping = mappings[line] else {
            return .dropped(.mappingLimit)
        }
        let expiry = now + lifetime(transport)
        if !mapping.isRequested { mappings[line]?.expiry = expiry }
        if needsSessions(mapping) { setSession(remote, of: mapping, at: now) }
        return .passes(mapping.outside)
    }

    /// Where a packet from outside goes inside, or why it goes nowhere.
    package mutating func inbound(
        _ transport: TransportProtocol, from remote: TransportAddress, to outside: TransportAddress, at now: Int64
    ) -> Verdict {
        guard let line = live(byOutside[FlowKey(transport, outside)], now), let mapping = mappings[line] else {
            return .dropped(.noMapping)
        }
        guard admits(remote, mapping, now) else { return .dropped(.filtered) }
        if rules.inboundRefreshes, !mapping.isRequested {
            let expiry = now + lifetime(transport)
            mappings[line]?.expiry = expiry
            if needsSessions(mapping) { setSession(remote, of: mapping, at: now) }
        }
        return .passes(mapping.inside)
    }

    /// Forgets everything, as at a reboot, and takes other external addresses if given.
    mutating func reset(externalAddresses: [IPAddress]? = nil) {
        if let externalAddresses { self.externalAddresses = externalAddresses }
        mappings.removeAll(keepingCapacity: true)
        freeLines.removeAll(keepingCapacity: true)
        byInside.removeAll()
        byOutside.removeAll()
        requestedByInside.removeAll()
        sessions.removeAll()
        portCursor = random.below(UInt64(rules.ports.count))
    }
}

// MARK: - Mappings

extension Translator {
    /// RFC 5382 REQ-5: an established TCP connection's mapping lives for two hours and four minutes at least.
    private static let streamLifetime = Interval.seconds(7_440).nanoseconds

    private func lifetime(_ transport: TransportProtocol) -> Int64 {
        transport == .udp ? rules.lifetime.nanoseconds : Self.streamLifetime
    }

    /// The line of the mapping that an outbound packet uses, made if need be; nil if the table is full.
    private mutating func mapping(
        _ transport: TransportProtocol, _ inside: TransportAddress, _ remote: TransportAddress, _ now: Int64
    ) -> Int? {
        if requestedByInside.count > 0, let line = live(requestedByInside[FlowKey(transport, inside)], now) {
            return line
        }
        let granularity = Granularity(rules.mapping)
        let key = FlowKey(transport, inside: inside, outside: remote, granularity: granularity)
        if let line = live(byInside[key], now) { return line }
        guard let outside = chooseOutside(transport, inside, now) else { return nil }
        let line = addMapping(transport, inside, outside, remote, expiry: now, isRequested: false, at: now)
        if let line { byInside[key] = line }
        return line
    }

    /// Adds a mapping for a port-mapping client, or renews it; nil if the table is full. A lifetime of zero removes it.
    mutating func request(
        _ transport: TransportProtocol, inside: TransportAddress, preferredPort: UInt16, lifetime: Interval,
        at now: Int64
    ) -> TransportAddress? {
        let key = FlowKey(transport, inside)
        if let line = live(requestedByInside[key], now), let mapping = mappings[line] {
            if lifetime == .zero {
                remove(line)
            } else {
                mappings[line]?.expiry = now + lifetime.nanoseconds
            }
            return mapping.outside
        }
        guard lifetime > .zero, let address = externalAddresses.first else { return nil }
        var outside = TransportAddress(ip: address, port: preferredPort)
        if !rules.ports.contains(preferredPort) || !isFree(transport, outside, now) {
            guard let other = chooseOutside(transport, inside, now) else { return nil }
            outside = other
        }
        let expiry = now + lifetime.nanoseconds
        let line = addMapping(transport, inside, outside, inside, expiry: expiry, isRequested: true, at: now)
        guard let line else { return nil }
        requestedByInside[key] = line
        return outside
    }

    private mutating func addMapping(
        _ transport: TransportProtocol, _ inside: TransportAddress, _ outside: TransportAddress,
        _ remote: TransportAddress, expiry: Int64, isRequested: Bool, at now: Int64
    ) -> Int? {
        if mappingCount >= rules.mappingLimit {
            removeExpired(now)
            guard mappingCount < rules.mappingLimit else { return nil }
        }
        lastSerial += 1
        let mapping = Mapping(
            transport: transport, inside: inside, outside: outside, remote: remote, serial: lastSerial,
            expiry: expiry, isRequested: isRequested)
        let line: Int
        if let free = freeLines.popLast() {
            mappings[free] = mapping
            line = free
        } else {
            line = mappings.count
            mappings.append(mapping)
        }
        byOutside[FlowKey(transport, outside)] = line
        return line
    }

    /// The line if its mapping has not expired; removes it if it has.
    private mutating func live(_ line: Int?, _ now: Int64) -> Int? {
        guard let line, let mapping = mappings[line] else { return nil }
        if mapping.expiry > now { return line }
        remove(line)
        return nil
    }

    private mutating func remove(_ line: Int) {
        guard let mapping = mappings[line] else { return }
        byOutside[FlowKey(mapping.transport, mapping.outside)] = nil
        if mapping.isRequested {
            requestedByInside[FlowKey(mapping.transport, mapping.inside)] = nil
        } else {
            let granularity = Granularity(rules.mapping)
            let key = FlowKey(
                mapping.transport, inside: mapping.inside, outside: mapping.remote, granularity: granularity)
            byInside[key] = nil
        }
        mappings[line] = nil
        freeLines.append(line)
    }

    private mutating func removeExpired(_ now: Int64) {
        for line in mappings.indices { _ = live(line, now) }
    }
}

// MARK: - Ports

extension Translator {
    private mutating func chooseOutside(
        _ transport: TransportProtocol, _ inside: TransportAddress, _ now: Int64
    ) -> TransportAddress? {
        guard let ip = chooseAddress(inside) else { return nil }
        switch rules.assignment {
        case .preserving:
            return firstFree(transport, ip, from: portOffset(inside.port), step: 1, now)
        case .sequential(let step):
            portCursor += UInt64(max(1, step))
            let chosen = firstFree(transport, ip, from: portCursor, step: UInt64(max(1, step)), now)
            if let chosen { portCursor = portOffset(chosen.port) }
            return chosen
        case .random:
            for _ in 0..<Self.randomTries {
                let address = TransportAddress(ip: ip, port: port(at: random.below(UInt64(rules.ports.count))))
                if isFree(transport, address, now) { return address }
            }
            return firstFree(transport, ip, from: random.below(UInt64(rules.ports.count)), step: 1, now)
        }
    }

    private static let randomTries = 32

    private mutating func chooseAddress(_ inside: TransportAddress) -> IPAddress? {
        guard externalAddresses.count > 1 else { return externalAddresses.first }
        switch rules.pooling {
        case .paired:
            let mixed = FlowKey(inside.ip).mixed
            return externalAddresses[Int(mixed % UInt64(externalAddresses.count))]
        case .arbitrary:
            return externalAddresses[Int(random.below(UInt64(externalAddresses.count)))]
        }
    }

    private mutating func firstFree(
        _ transport: TransportProtocol, _ ip: IPAddress, from start: UInt64, step: UInt64, _ now: Int64
    ) -> TransportAddress? {
        // Every port once, in steps first so that a sequential NAT keeps its step over ports in use.
        for stride in step == 1 ? [1] : [step, 1] {
            var offset = start
            for _ in 0..<rules.ports.count {
                let address = TransportAddress(ip: ip, port: port(at: offset))
                if isFree(transport, address, now) { return address }
                offset += stride
            }
        }
        return nil
    }

    private mutating func isFree(_ transport: TransportProtocol, _ outside: TransportAddress, _ now: Int64) -> Bool {
        live(byOutside[FlowKey(transport, outside)], now) == nil
    }

    private func port(at offset: UInt64) -> UInt16 {
        rules.ports.lowerBound + UInt16(truncatingIfNeeded: offset % UInt64(rules.ports.count))
    }

    private func portOffset(_ port: UInt16) -> UInt64 {
        port >= rules.ports.lowerBound ? UInt64(port - rules.ports.lowerBound) : 0
    }
}

// MARK: - Filtering

extension Translator {
    private func needsSessions(_ mapping: Mapping) -> Bool {
        !mapping.isRequested && Granularity(rules.filtering) > Granularity(rules.mapping)
    }

    private mutating func setSession(_ remote: TransportAddress, of mapping: Mapping, at now: Int64) {
        if sessions.count >= sessionLimit {
            sessions.retain { $0 > now }
            sessionLimit = max(64, sessions.count * 2)
        }
        let key = FlowKey(serial: mapping.serial, outside: remote, granularity: Granularity(rules.filtering))
        sessions[key] = now + lifetime(mapping.transport)
    }

    private func admits(_ remote: TransportAddress, _ mapping: Mapping, _ now: Int64) -> Bool {
        if mapping.isRequested { return true }
        let granularity = Granularity(rules.filtering)
        if granularity == .any { return true }
        if needsSessions(mapping) {
            let key = FlowKey(serial: mapping.serial, outside: remote, granularity: granularity)
            return sessions[key].map { $0 > now } ?? false
        }
        return remote.ip == mapping.remote.ip
            && (granularity == .address || remote.port == mapping.remote.port)
    }
}
