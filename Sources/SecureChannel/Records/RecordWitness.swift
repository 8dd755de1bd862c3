import WireFormat

/// Watches the records of one direction on the wire, with that direction's keys, for tests: whether any two that differ
/// were sealed under one key and nonce, and whether any was sealed under no key that it knows.
package struct RecordWitness: Sendable {
    /// What a datagram turned out to be.
    package enum Sighting: Hashable, Sendable {
        /// A record that was not seen before.
        case fresh
        /// A record that was seen before, byte for byte: the same sealing, sent again.
        case repeated
        /// Another record under the key and nonce of one that was seen before.
        case reused
        /// No record of this direction.
        case unknown
    }

    private struct Nonce: Hashable {
        let generation: UInt64
        let number: UInt64
    }

    /// The identifier that the watched records carry.
    package let identifier: ConnectionIdentifier
    private let protection: HeaderProtection
    private var keys: RecordKeys
    /// Made once, when a record is not of the present ones.
    private var nextKeys: RecordKeys?
    private var highest: UInt64 = 0
    private var seen: [Nonce: [UInt8]] = [:]

    /// Watches what a layer seals, from its present generation of keys on.
    package init(sealedBy layer: RecordLayer) {
        identifier = layer.remoteIdentifier
        (keys, protection) = layer.witnessedKeys
    }

    /// How many different nonces were seen.
    package var nonceCount: Int { seen.count }

    /// How many generations of keys were seen, less one.
    package var generation: UInt64 { keys.generation }

    package mutating func see(_ record: [UInt8]) -> Sighting {
        let least = 1 + identifier.count + HeaderProtection.sampleOffset + HeaderProtection.sampleCount
        guard record.count >= least, ConnectionIdentifier(of: record.span, count: identifier.count) == identifier else {
            return .unknown
        }
        let header = RecordHeader(record.span, identifierCount: identifier.count, protection: protection)
        let number = TruncatedNumber.complete(
            header.truncatedNumber, byteCount: header.numberCount, expected: highest + 1)
        if !opens(record, header, number, with: keys) {
            let next = nextKeys ?? keys.next()
            nextKeys = next
            guard opens(record, header, number, with: next) else { return .unknown }
            (keys, nextKeys) = (next, nil)
        }
        highest = max(highest, number)
        let known = seen.updateValue(record, forKey: Nonce(generation: keys.generation, number: number))
        return known == nil ? .fresh : known == record ? .repeated : .reused
    }

    private func opens(_ record: [UInt8], _ header: RecordHeader, _ number: UInt64, with keys: RecordKeys) -> Bool {
        var isAuthentic = false
        _ = [UInt8](capacity: record.count) { output in
            isAuthentic = keys.key.open(
                record.span.extracting(header.count..<record.count), counter: number,
                authenticating: header.bytes.span.extracting(0..<header.count), into: &output)
        }
        return isAuthentic
    }
}
