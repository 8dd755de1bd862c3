import WireFormat

/// A PCP and NAT-PMP server as the RFCs describe one, on bytes, written without the module under test.
final class PCPGateway {
    var startedAt: Instant = .zero
    var externalPort: UInt16 = 6_000
    var external: [UInt8] = [5, 5, 5, 5]
    var grantedSeconds: UInt32 = 7_200
    var speaksPCP = true
    var speaksNATPMP = true
    var result: UInt8 = 0
    private(set) var mapped: Set<UInt16> = []

    func answer(_ request: [UInt8], at now: Instant) -> [UInt8]? {
        guard let version = request.first else { return nil }
        if version == 2 {
            if speaksPCP { return answerPCP(request, at: now) }
            // RFC 6886 section 3.5.
            return speaksNATPMP ? [0, 0x81, 0, 1] + epoch(now) : nil
        }
        guard version == 0, speaksNATPMP else { return nil }
        return request.count == 2 ? [0, 0x80, 0, 0] + epoch(now) + external : answerMap(request, at: now)
    }

    private func epoch(_ now: Instant) -> [UInt8] {
        Self.word(UInt32((now - startedAt).nanoseconds / 1_000_000_000))
    }

    static func word(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - UInt32($0) * 8)) }
    }

    private func answerPCP(_ request: [UInt8], at now: Instant) -> [UInt8]? {
        guard request.count == 60, request[1] == 1 else { return nil }
        let isRemoval = request[4..<8].allSatisfy { $0 == 0 }
        let port = UInt16(request[40]) << 8 | UInt16(request[41])
        if isRemoval { mapped.remove(port) } else if result == 0 { mapped.insert(port) }
        let lifetime = isRemoval ? 0 : result == 0 ? grantedSeconds : 30
        var answer: [UInt8] = [2, 0x81, 0, result] + Self.word(lifetime) + epoch(now)
        answer += [UInt8](repeating: 0, count: 12) + request[24..<42]
        answer += [UInt8(externalPort >> 8), UInt8(externalPort & 255)]
        answer += [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF] + external
        return answer
    }

    private func answerMap(_ request: [UInt8], at now: Instant) -> [UInt8]? {
        guard request.count == 12 else { return nil }
        let port = UInt16(request[4]) << 8 | UInt16(request[5])
        let isRemoval = request[8..<12].allSatisfy { $0 == 0 }
        if isRemoval { mapped.remove(port) } else if result == 0 { mapped.insert(port) }
        let outside = isRemoval ? 0 : externalPort
        return [0, request[1] | 0x80, 0, result] + epoch(now) + request[4..<6]
            + [UInt8(outside >> 8), UInt8(outside & 255)] + (isRemoval ? [0, 0, 0, 0] : Self.word(grantedSeconds))
    }
}
