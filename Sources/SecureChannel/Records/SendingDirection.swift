import WireFormat

/// The half of a record layer that seals.
struct SendingDirection: Sendable {
    private let protection: HeaderProtection
    private let packetsPerKey: UInt64
    /// Nothing is sealed under keys that have sealed so many; the next generation could not begin.
    private let packetLimit: UInt64
    private var keys: RecordKeys
    /// The number of the first packet under the present keys.
    private var firstNumber: UInt64 = 0
    private var packetsUnderKeys: UInt64 = 0
    private var lastNumber: UInt64?
    private var largestAcknowledged: UInt64?
    var isUpdateWanted = false

    init(secret: SecretBytes, cipher: RecordCipher, packetsPerKey: UInt64, packetLimit: UInt64?) {
        keys = RecordKeys(secret: secret, cipher: cipher)
        protection = HeaderProtection(key: keys.headerKey())
        self.packetsPerKey = max(packetsPerKey, 1)
        self.packetLimit = packetLimit ?? cipher.confidentialityLimit
    }

    mutating func acknowledge(_ number: UInt64) {
        guard let lastNumber, number <= lastNumber else { return }
        largestAcknowledged = max(largestAcknowledged ?? 0, number)
    }

    /// Whether the next packet begins a new generation: wanted, after enough packets, or to follow the peer, and allowed.
    private func isUpdateDue(peerGeneration: UInt64) -> Bool {
        guard isUpdateWanted || packetsUnderKeys >= packetsPerKey || peerGeneration > keys.generation else {
            return false
        }
        // RFC 9001 section 6.1: "An endpoint MUST NOT initiate a subsequent key update unless it has received an
        // acknowledgment for a packet that was sent protected with keys from the current key phase." The first update
        // needs none, for the receiver starts with the first two generations at hand.
        guard keys.generation > 0, let lastNumber else { return lastNumber != nil }
        // And not before the generation before last has left the receiver's replay window: a record of it that is still
        // on its way would bear the phase bit of the next and be taken for it.
        return lastNumber - firstNumber >= ReplayWindow.size && largestAcknowledged.map { $0 >= firstNumber } ?? false
    }

    private mutating func update(from number: UInt64) {
        keys = keys.next()
        firstNumber = number
        packetsUnderKeys = 0
        isUpdateWanted = false
    }

    var witnessedKeys: (RecordKeys, HeaderProtection) { (keys, protection) }

    var generation: UInt64 { keys.generation }

    @_lifetime(record: copy record)
    mutating func seal(
        _ plaintext: Span<UInt8>, packetNumber: UInt64, to identifier: ConnectionIdentifier, peerGeneration: UInt64,
        into record: inout OutputSpan<UInt8>
    ) throws(RecordFailure) {
        if let lastNumber, packetNumber <= lastNumber { throw .numberNotAbove }
        guard packetNumber <= TruncatedNumber.maximum,
            let enough = TruncatedNumber.byteCount(packetNumber, largestAcknowledged: largestAcknowledged)
        else { throw .numberTooHigh }
        // The sample must lie inside the ciphertext: an almost empty packet gets a longer number instead of padding.
        let numberCount = max(enough, HeaderProtection.sampleOffset - min(plaintext.count, 4))
        let headerCount = 1 + identifier.count + numberCount
        let count = headerCount + plaintext.count + ChaChaPoly.tagCount
        guard record.freeCapacity >= count else { throw .noRoom }
        let isUpdateDue = isUpdateDue(peerGeneration: peerGeneration)
        guard isUpdateDue || packetsUnderKeys < packetLimit else { throw .exhausted }
        // Only now that the packet will be sealed: its number is the first of the new generation.
        if isUpdateDue { update(from: packetNumber) }
        let start = record.count
        record.append(0x80 | keys.phase << 5 | UInt8(truncatingIfNeeded: numberCount - 1))
        for index in 0..<identifier.count { record.append(identifier.byte(index)) }
        for index in (0..<numberCount).reversed() {
            record.append(UInt8(truncatingIfNeeded: packetNumber >> UInt64(index * 8)))
        }
        encrypt(plaintext, packetNumber, start, headerCount, numberCount, &record)
        lastNumber = packetNumber
        packetsUnderKeys += 1
    }

    /// Appends the ciphertext behind the header and masks the header, in place.
    @_lifetime(record: copy record)
    private func encrypt(
        _ plaintext: Span<UInt8>, _ packetNumber: UInt64, _ start: Int, _ headerCount: Int, _ numberCount: Int,
        _ record: inout OutputSpan<UInt8>
    ) {
        unsafe record.withUnsafeMutableBufferPointer { buffer, initializedCount in
            guard let base = buffer.baseAddress else { return }
            let header = unsafe base + start
            unsafe keys.key.seal(
                plaintext, counter: packetNumber, authenticating: header, count: headerCount, to: header + headerCount)
            let number = unsafe header + headerCount - numberCount
            let mask = unsafe protection.mask(sample: number + HeaderProtection.sampleOffset)
            unsafe header[0] ^= UInt8(truncatingIfNeeded: mask) & HeaderProtection.firstByteMask
            for index in 0..<numberCount {
                unsafe number[index] ^= UInt8(truncatingIfNeeded: mask >> UInt64((index + 1) * 8))
            }
            initializedCount += plaintext.count + ChaChaPoly.tagCount
        }
    }
}
