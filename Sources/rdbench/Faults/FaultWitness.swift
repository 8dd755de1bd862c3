import NetworkSimulator
import SecureChannel
import WireFormat

/// Looks at every byte that enters or leaves the two machines of a session: nothing that was typed, copied or sent as a
/// file may stand in it, and no key may seal two records under one nonce.
final class FaultWitness {
    /// What was wrong.
    private(set) var faults: [String] = []
    private(set) var byteCount = 0
    private var shortSightings = 0
    private let markers: [[UInt8]]
    private var records: [RecordWitness] = []
    /// What stands at the head of each end's records, behind the first byte.
    private var identifiers: [[UInt8]] = []
    /// What left the machines before the keys under which it was sealed were known here, the newest of it.
    private var unknown: [[UInt8]] = []
    /// Whether anything that is looked for begins with this byte.
    private var isFirst = [Bool](repeating: false, count: 256)

    private static let memory = 512
    private static let faultLimit = 8

    /// - Parameter markers: what may never be seen.
    init(markers: [[UInt8]]) {
        self.markers = markers
        for marker in markers { isFirst[Int(marker[0])] = true }
    }

    /// How many records were seen under different nonces.
    var nonceCount: Int { records.reduce(0) { $0 + $1.nonceCount } }

    func watches(_ identifier: ConnectionIdentifier) -> Bool { records.contains { $0.identifier == identifier } }

    /// From now on looks at what this end seals as well, and at what it has sealed.
    func watch(_ end: RecordWitness) {
        records.append(end)
        let identifier = Self.bytes(of: end)
        identifiers.append(identifier)
        isFirst[Int(identifier[0])] = true
        for datagram in unknown { look(at: datagram.span, isOut: true, markers: [], at: .zero) }
    }

    func see(_ bytes: Span<UInt8>, _ passage: Passage, at now: Instant) {
        byteCount += bytes.count
        let isOut = if case .datagramOut = passage { true } else { false }
        let isKnown = look(at: bytes, isOut: isOut, markers: markers, at: now)
        guard isOut, !isKnown else { return }
        if unknown.count == Self.memory { unknown.removeFirst(Self.memory / 2) }
        unknown.append(bytes.copied())
    }

    /// - Returns: whether it had a record of a known end.
    @discardableResult
    private func look(at bytes: Span<UInt8>, isOut: Bool, markers: [[UInt8]], at now: Instant) -> Bool {
        var isKnown = false
        for index in bytes.indices where isFirst[Int(bytes[index])] {
            for marker in markers where Self.has(bytes, marker, at: index) {
                noteSighting(of: marker, isOut: isOut, at: now)
            }
            guard isOut, index > 0, !isKnown else { continue }
            for number in records.indices where Self.has(bytes, identifiers[number], at: index) {
                isKnown = see(bytes.extracting(index - 1..<bytes.count), by: number, at: now) || isKnown
            }
        }
        return isKnown
    }

    /// Bare, or in a relay's frame, which may be padded.
    private func see(_ record: Span<UInt8>, by number: Int, at now: Instant) -> Bool {
        for padding in 0..<min(4, record.count) {
            switch records[number].see(record.extracting(0..<record.count - padding).copied()) {
            case .reused:
                note("a nonce is used twice at \(now)")
                return true
            case .fresh, .repeated: return true
            case .unknown: continue
            }
        }
        return false
    }

    /// Of a short marker one alone may be chance, and what is typed leaves in datagram after datagram.
    private func noteSighting(of marker: [UInt8], isOut: Bool, at now: Instant) {
        if marker.count < PlaintextSearch.pieceBytes {
            if isOut { shortSightings += 1 }
            guard shortSightings > 1 else { return }
        }
        note("plaintext on the wire at \(now)")
    }

    private func note(_ fault: String) { if faults.count < Self.faultLimit { faults.append(fault) } }

    private static func bytes(of end: RecordWitness) -> [UInt8] {
        (0..<end.identifier.count).map { index in
            UInt8(truncatingIfNeeded: end.identifier.value >> UInt32((end.identifier.count - 1 - index) * 8))
        }
    }

    private static func has(_ bytes: Span<UInt8>, _ marker: [UInt8], at start: Int) -> Bool {
        guard start + marker.count <= bytes.count else { return false }
        for index in marker.indices where marker[index] != bytes[start + index] { return false }
        return true
    }
}
