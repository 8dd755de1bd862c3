import WireFormat

/// The half of a record layer that opens.
struct ReceivingDirection: Sendable {
    private let protection: HeaderProtection
    private var previous: RecordKeys?
    private var current: RecordKeys
    /// Derived beforehand, so that trying them takes no longer than trying the present ones (RFC 9001 section 6.3).
    private var next: RecordKeys
    /// The lowest number opened under the present keys.
    private var firstNumber: UInt64 = 0
    private var window = ReplayWindow()

    init(secret: SecretBytes, cipher: RecordCipher) {
        current = RecordKeys(secret: secret, cipher: cipher)
        next = current.next()
        protection = HeaderProtection(key: current.headerKey())
    }

    var generation: UInt64 { current.generation }

    @_lifetime(plaintext: copy plaintext)
    mutating func open(
        _ record: Span<UInt8>, to identifier: ConnectionIdentifier, into plaintext: inout OutputSpan<UInt8>
    ) throws(RecordFailure) -> UInt64 {
        let header = try parse(record, to: identifier)
        let expected = window.highest.map { $0 + 1 } ?? 0
        let number = TruncatedNumber.complete(header.truncatedNumber, byteCount: header.numberCount, expected: expected)
        guard number <= TruncatedNumber.maximum else { throw .malformed }
        switch window.verdict(number) {
        case .fresh: break
        case .seen: throw .replayed
        case .tooOld: throw .tooOld
        }
        let age = age(phase: header.phase, number: number)
        guard let key = key(age) else { throw .tooOld }
        let ciphertext = record.extracting(header.count..<record.count)
        guard plaintext.freeCapacity >= ciphertext.count - ChaChaPoly.tagCount else { throw .noRoom }
        let start = plaintext.count
        let isAuthentic = key.open(
            ciphertext, counter: number, authenticating: header.bytes.span.extracting(0..<header.count),
            into: &plaintext)
        guard isAuthentic else { throw .forged }
        if header.hasReservedBits {
            plaintext.removeLast(plaintext.count - start)
            throw .malformed
        }
        accept(number, age)
        return number
    }

    private func parse(
        _ record: Span<UInt8>, to identifier: ConnectionIdentifier
    ) throws(RecordFailure) -> RecordHeader {
        let least = 1 + identifier.count + HeaderProtection.sampleOffset + HeaderProtection.sampleCount
        guard record.count >= least, record[0] & ~HeaderProtection.firstByteMask == 0x80 else { throw .malformed }
        for index in 0..<identifier.count where record[1 + index] != identifier.byte(index) {
            throw .otherConnection
        }
        return RecordHeader(record, identifierCount: identifier.count, protection: protection)
    }

    /// Which of the three generations at hand a record belongs to.
    private enum Age {
        case previous
        case current
        case next
    }

    /// The one generation that a number and a phase bit can mean.
    private func age(phase: UInt8, number: UInt64) -> Age {
        if phase == current.phase { return .current }
        return number < firstNumber ? .previous : .next
    }

    /// Nil if the keys are gone.
    private func key(_ age: Age) -> RecordKey? {
        switch age {
        case .previous: previous?.key
        case .current: current.key
        case .next: next.key
        }
    }

    /// Only an authentic record gets here: it alone moves the window and the keys.
    private mutating func accept(_ number: UInt64, _ age: Age) {
        window.mark(number)
        switch age {
        case .previous: break
        case .current: firstNumber = min(firstNumber, number)
        case .next:
            previous = current
            current = next
            next = current.next()
            firstNumber = number
        }
        if previous != nil, let highest = window.highest, highest - min(firstNumber, highest) >= ReplayWindow.size {
            previous = nil
        }
    }
}
