import STUN
import Testing
import WireFormat

/// Hostile bytes throw or are nil; they never trap.
@Suite struct RobustnessTests {
    private let key = IntegrityKey(shortTermPassword: "password")

    private var sample: [UInt8] {
        build { message, packet in
            addAttributes(&message, to: &packet)
        }
    }

    private func addAttributes(_ message: inout MessageBuilder, to packet: inout OutputSpan<UInt8>) {
        message.add(.username, "evtj:h6vY", to: &packet)
        message.add(.xorPeerAddress, xorAddress: TransportAddress(ip: .v4(1), port: 2), to: &packet)
        message.add(.data, "payload", to: &packet)
        message.add(.allocationMismatch, to: &packet)
        message.add(unknown: [.data], to: &packet)
        message.add(.realm, "example.org", to: &packet)
        message.add(.nonce, "obMatJos2AAABf//499k954d6OL34oL9FSTvy64sA", to: &packet)
        message.add(.passwordAlgorithms, [.sha256, .md5], to: &packet)
        message.add(.passwordAlgorithm, [.sha256], to: &packet)
        message.addIntegrity(key, to: &packet)
        message.addIntegrity(key, .sha256, to: &packet)
        message.addFingerprint(to: &packet)
    }

    @Test func everyTruncationIsRefused() {
        let bytes = sample
        for count in 0..<bytes.count { #expect(failure(of: Array(bytes.prefix(count))) == .truncated) }
        #expect(failure(of: bytes + [0]) == .trailingBytes)
    }

    @Test func formIsChecked() {
        var bytes = sample
        bytes[0] |= 0x40
        #expect(failure(of: bytes) == .notSTUN)
        bytes = sample
        bytes[4] ^= 1
        #expect(failure(of: bytes) == .notSTUN)
        bytes = sample
        bytes[3] ^= 2
        #expect(failure(of: bytes) == .unalignedLength)
        let late = build { message, packet in
            message.addFingerprint(to: &packet)
            message.add(.useCandidate, to: &packet)
        }
        #expect(failure(of: late) == .fingerprintNotLast)
        let overlong: [UInt8] = [0, 1, 0, 4, 0x21, 0x12, 0xA4, 0x42] + Array(repeating: 0, count: 12) + [0, 6, 0, 1]
        #expect(failure(of: overlong) == .truncated)
    }

    @Test(arguments: 0..<20)
    func mutationsNeverTrap(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed))
        let original = sample
        for _ in 0..<2_000 {
            var bytes = original
            for _ in 0..<1 + Int(random.next() % 6) {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            if random.next() % 8 == 0 { bytes.removeLast(Int(random.next() % UInt64(bytes.count))) }
            exercise(bytes)
        }
    }

    @Test(arguments: 0..<10)
    func randomBytesNeverTrap(seed: Int) {
        var random = SeededRandom(seed: UInt64(seed) + 1_000)
        for _ in 0..<2_000 {
            let size = Int(random.next() % 120)
            var bytes = random.bytes(count: size)
            exercise(bytes)
            // And with a header that lets the attributes through.
            let body = random.bytes(count: size & ~3)
            bytes = [0, UInt8(random.next() % 2), 0, UInt8(body.count)] + [0x21, 0x12, 0xA4, 0x42]
            bytes += random.bytes(count: 12) + body
            exercise(bytes)
        }
    }

    /// A message that has no room is taken back, whatever was to go in.
    @Test func buildersNeverOverrun() {
        let full = sample.count
        for capacity in 0..<full {
            var finished = true
            var count = -1
            let before: [UInt8] = [1, 2]
            _ = [UInt8](capacity: capacity + 2) { packet in
                packet.append(contentsOf: before.span)
                var message = MessageBuilder(.request, .binding, transaction: transaction, into: &packet)
                addAttributes(&message, to: &packet)
                finished = message.finish(&packet)
                count = packet.count
            }
            #expect(!finished && count == 2)
        }
    }

    @Test(arguments: 0..<100)
    func paddingReachesItsSize(size: Int) throws {
        let bytes = build { message, packet in message.pad(toSize: size, in: &packet) }
        let unknown = try Message(bytes.span).unknownRequiredAttributes { _ in false }
        #expect(bytes.count >= size && bytes.count < max(21, size + 8) && unknown.isEmpty)
    }

    /// Reads all that can be read, and compares the attributes with a naive reading.
    private func exercise(_ bytes: [UInt8]) {
        guard let message = try? Message(bytes.span) else { return }
        _ = message.isAuthentic(key)
        _ = message.isAuthentic(key, .sha256)
        _ = message.fingerprint
        _ = (message.mappedAddress, message.xorPeerAddress, message.xorRelayedAddress, message.alternateServer)
        _ = (message.errorCode, message.priority, message.iceControlled, message.iceControlling)
        _ = (message.lifetimeSeconds, message.channelNumber, message.unknownAttributes, message.useCandidate)
        _ = (message.passwordAlgorithms, message.passwordAlgorithm, message.alternateDomain, message.changeRequest)
        _ = (message.otherAddress, message.longTermClaim(offered: [.sha256]), message.userHash?.count)
        _ = try? LongTermCredentials(challenge: message, username: [1], password: [2])
        if let range = message.dataRange {
            let data = message.value(.data)?.copied()
            #expect(Array(bytes[range]) == data)
        }
        var found: [UInt16] = []
        var cursor = message.attributes
        while let attribute = cursor.next() {
            found.append(attribute.type.rawValue)
            _ = (attribute.text, attribute.xorAddress, attribute.uint64)
        }
        #expect(found == naiveTypes(bytes))
    }

    /// The attributes in front of the first usable integrity or fingerprint attribute.
    private func naiveTypes(_ bytes: [UInt8]) -> [UInt16] {
        var types: [UInt16] = []
        var rest = bytes.dropFirst(20)
        while rest.count >= 4 {
            let header = Array(rest.prefix(4)).map { UInt16($0) }
            let (type, size) = (header[0] << 8 | header[1], Int(header[2] << 8 | header[3]))
            switch (type, size) {
            case (0x08, 20), (0x1C, 16), (0x1C, 20), (0x1C, 24), (0x1C, 28), (0x1C, 32), (0x8028, 4): return types
            default: types.append(type)
            }
            rest = rest.dropFirst(4 + (size + 3) / 4 * 4)
        }
        return types
    }
}
