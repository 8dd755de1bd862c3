import Crypto
import STUN
import Testing
import WireFormat

@Suite struct IntegrityTests {
    let key = IntegrityKey(shortTermPassword: "password")

    @Test func attributesBehindIntegrityAreIgnored() throws {
        let bytes = build { message, packet in
            message.add(.priority, 1 as UInt32, to: &packet)
            message.addIntegrity(key, to: &packet)
            message.add(.useCandidate, to: &packet)
            message.add(AttributeType(rawValue: 0x7000), to: &packet)
            message.addFingerprint(to: &packet)
        }
        let message = try Message(bytes.span)
        let (isAuthentic, useCandidate, fingerprint) = (
            message.isAuthentic(key), message.useCandidate, message.fingerprint
        )
        let unknown = message.unknownRequiredAttributes { _ in false }
        #expect(isAuthentic && !useCandidate && fingerprint == .valid && unknown.map(\.rawValue) == [0x24])
    }

    @Test func bothAlgorithmsStandTogether() throws {
        let bytes = build { message, packet in
            message.add(.priority, 1 as UInt32, to: &packet)
            message.addIntegrity(key, .sha1, to: &packet)
            message.addIntegrity(key, .sha256, to: &packet)
            message.addFingerprint(to: &packet)
        }
        let message = try Message(bytes.span)
        let results = [message.isAuthentic(key, .sha1), message.isAuthentic(key, .sha256)]
        #expect(results == [true, true])
    }

    /// "agents MUST ignore all other attributes that follow MESSAGE-INTEGRITY-SHA256" (RFC 8489 section 14.6).
    @Test func sha1BehindSHA256IsIgnored() throws {
        let bytes = build { message, packet in
            message.addIntegrity(key, .sha256, to: &packet)
            message.addIntegrity(key, .sha1, to: &packet)
        }
        let message = try Message(bytes.span)
        let results = [message.hasIntegrity(.sha1), message.isAuthentic(key, .sha1), message.isAuthentic(key, .sha256)]
        #expect(results == [false, false, true])
    }

    @Test(arguments: [12, 16, 20, 28, 30, 32, 36])
    func truncatedSHA256Verifies(size: Int) throws {
        // The sender of a shorter code counts its attribute's size in the length that it hashes.
        var head = build { message, packet in message.add(.priority, 1 as UInt32, to: &packet) }
        let length = head.count - 20 + 4 + (size + 3) & ~3
        head[3] = UInt8(length)
        let code = HMAC<SHA256>.authenticationCode(for: head, using: SymmetricKey(data: Array("password".utf8)))
        let value = [UInt8]((Array(code) + [0, 0, 0, 0]).prefix(size))
        let bytes = build { message, packet in
            message.add(.priority, 1 as UInt32, to: &packet)
            message.add(.messageIntegritySHA256, value.span, to: &packet)
        }
        let message = try Message(bytes.span)
        let isAuthentic = message.isAuthentic(key, .sha256, shortestCode: 16)
        #expect(isAuthentic == [16, 20, 28, 32].contains(size))
        // Unless the usage allows it, no code may be cut.
        let isWhole = message.isAuthentic(key, .sha256)
        #expect(isWhole == (size == 32))
        guard isAuthentic else { return }
        let ours = build { message, packet in
            message.add(.priority, 1 as UInt32, to: &packet)
            message.addIntegrity(key, .sha256, codeSize: size, to: &packet)
        }
        #expect(ours == bytes)
    }

    /// Against the HMAC of swift-crypto itself, for keys around the block size.
    @Test(arguments: [0, 1, 20, 63, 64, 65, 200])
    func codesMatchAnIndependentHMAC(keySize: Int) {
        var random = SeededRandom(seed: UInt64(keySize))
        let password = random.bytes(count: keySize)
        let key = IntegrityKey(shortTermPassword: password)
        let symmetric = SymmetricKey(data: password)
        for (algorithm, size) in [(.sha1, 20), (.sha256, 32)] as [(IntegrityAlgorithm, Int)] {
            let bytes = build { message, packet in
                message.add(.username, "name", to: &packet)
                message.addIntegrity(key, algorithm, to: &packet)
            }
            let head = Array(bytes.dropLast(size + 4))
            let expected =
                algorithm == .sha1
                ? Array(HMAC<Insecure.SHA1>.authenticationCode(for: head, using: symmetric))
                : Array(HMAC<SHA256>.authenticationCode(for: head, using: symmetric))
            #expect(Array(bytes.suffix(size)) == expected)
        }
    }

    /// Against the bit-by-bit definition.
    @Test(arguments: 0..<40)
    func fingerprintsMatchANaiveCRC(size: Int) {
        var random = SeededRandom(seed: 7)
        let value = random.bytes(count: size)
        let bytes = build { message, packet in
            message.add(.beelineData, value.span, to: &packet)
            message.addFingerprint(to: &packet)
        }
        var sum: UInt32 = .max
        for byte in bytes.dropLast(8) {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        let found = bytes.suffix(4).reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        #expect(found == ~sum ^ 0x5354_554E)
    }

    /// Computed with another implementation of HMAC-SHA1 and base64.
    @Test func sharedSecretPasswords() {
        #expect(SharedSecret([UInt8]("north".utf8)).password(for: "1433895918:alice") == "RqMvcGPYTJMGThVLSi4amT4zFtI=")
    }

    @Test func keysCompareByValue() {
        #expect(IntegrityKey(shortTermPassword: "a") == IntegrityKey(shortTermPassword: "a"))
        #expect(IntegrityKey(shortTermPassword: "a") != IntegrityKey(shortTermPassword: "b"))
    }
}
