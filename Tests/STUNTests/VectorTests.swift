import STUN
import Testing
import WireFormat

@Suite struct VectorTests {
    @Test func fixturesAreThere() {
        #expect(Vector.all.count == 5)
    }

    @Test(arguments: Vector.all)
    func integrityAndFingerprintVerify(vector: Vector) throws {
        let bytes = vector.message
        let message = try Message(bytes.span)
        let key = key(of: vector)
        let algorithm: IntegrityAlgorithm = vector.integrity == "sha1" ? .sha1 : .sha256
        let isAuthentic = message.isAuthentic(key, algorithm)
        let isAuthenticOtherwise = message.isAuthentic(key, algorithm == .sha1 ? .sha256 : .sha1)
        let isAuthenticWithWrongKey = message.isAuthentic(IntegrityKey(shortTermPassword: "wrong"), algorithm)
        let fingerprint = message.fingerprint
        let mapped = message.mappedAddress.map(\.description)
        #expect(isAuthentic && !isAuthenticOtherwise && !isAuthenticWithWrongKey)
        #expect(fingerprint == (vector.hasFingerprint ? .valid : .absent))
        #expect(mapped == vector.mappedAddress)
    }

    /// Every byte of a vector matters, except the padding of what follows the code.
    @Test(arguments: Vector.all)
    func anyChangedByteIsNoticed(vector: Vector) {
        let bytes = vector.message
        let key = key(of: vector)
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            guard let message = try? Message(changed.span) else { continue }
            let isAuthentic = message.isAuthentic(key, vector.integrity == "sha1" ? .sha1 : .sha256)
            let isIntact = message.fingerprint != .invalid
            #expect(!(isAuthentic && isIntact) || (vector.hasFingerprint && index >= bytes.count - 8))
        }
    }

    private func key(of vector: Vector) -> IntegrityKey {
        guard let username = vector.username, let realm = vector.realm else {
            return IntegrityKey(shortTermPassword: vector.password)
        }
        let algorithm: PasswordAlgorithm = vector.passwordAlgorithm == "sha256" ? .sha256 : .md5
        return IntegrityKey(username: username, realm: realm, password: vector.password, algorithm: algorithm)
    }
}
