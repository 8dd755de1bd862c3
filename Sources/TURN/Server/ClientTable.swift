import WireFormat

/// The allocations' slots by their clients' five-tuples: eight bytes a place, looked into once for each packet from a
/// client. The five-tuples themselves stand in the allocations.
///
/// Where a client's place is depends on a secret of the server, so nobody can choose addresses that crowd it.
struct ClientTable: Sendable {
    private static let leastPlaces = 16

    /// The hash in the upper half, the slot plus one in the lower one; zero is free.
    private var places = [UInt64](repeating: 0, count: leastPlaces)
    private let key: UInt64
    private(set) var count = 0

    init(key: UInt64) { self.key = key }

    /// The slot of the allocation that has this five-tuple.
    func slot(of client: Path, in allocations: [Server.Allocation?]) -> Int? {
        let hash = hash(client)
        var index = Int(hash) & (places.count - 1)
        while places[index] != 0 {
            let place = places[index]
            let slot = Self.slot(place)
            if UInt32(place >> 32) == hash, slot < allocations.count, allocations[slot]?.client == client {
                return slot
            }
            index = (index + 1) & (places.count - 1)
        }
        return nil
    }

    /// - Precondition: the client has no slot.
    mutating func insert(_ client: Path, slot: Int) {
        if count * 2 >= places.count { grow() }
        put(UInt64(hash(client)) << 32 | UInt64(UInt32(truncatingIfNeeded: slot + 1)))
        count += 1
    }

    mutating func remove(_ client: Path, slot: Int) {
        let wanted = UInt64(hash(client)) << 32 | UInt64(UInt32(truncatingIfNeeded: slot + 1))
        var index = home(wanted)
        while places[index] != wanted {
            guard places[index] != 0 else { return }
            index = (index + 1) & (places.count - 1)
        }
        count -= 1
        // Whoever stands behind the gap and would be looked for before it moves into it.
        var gap = index
        places[gap] = 0
        index = (index + 1) & (places.count - 1)
        while places[index] != 0 {
            let distance = (index - home(places[index])) & (places.count - 1)
            if distance >= (index - gap) & (places.count - 1) {
                places[gap] = places[index]
                places[index] = 0
                gap = index
            }
            index = (index + 1) & (places.count - 1)
        }
    }

    private static func slot(_ place: UInt64) -> Int { Int(place & 0xFFFF_FFFF) - 1 }

    private func home(_ place: UInt64) -> Int { Int(place >> 32) & (places.count - 1) }

    private mutating func put(_ place: UInt64) {
        var index = home(place)
        while places[index] != 0 { index = (index + 1) & (places.count - 1) }
        places[index] = place
    }

    private mutating func grow() {
        let old = places
        places = [UInt64](repeating: 0, count: old.count * 2)
        for place in old where place != 0 { put(place) }
    }

    /// The finalizer of SplitMix64 over the remote end, as far as it differs between clients, and the key.
    private func hash(_ client: Path) -> UInt32 {
        let ports = UInt64(client.remote.port) << 48 | UInt64(client.local.port) << 32
        var bits: UInt64
        switch client.remote.ip {
        case .v4(let address): bits = ports ^ UInt64(address) ^ key
        case .v6(let high, let low): bits = Self.mixed(high ^ key, key) ^ low ^ ports
        }
        bits = Self.mixed(bits, key)
        return UInt32(truncatingIfNeeded: bits ^ bits >> 31)
    }

    private static func mixed(_ value: UInt64, _ key: UInt64) -> UInt64 {
        var bits = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9 &+ key
        bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
        return bits
    }
}

extension Server {
    /// The slot of this client's allocation.
    func slot(ofClient path: Path) -> Int? { clients.slot(of: path, in: allocations) }
}
