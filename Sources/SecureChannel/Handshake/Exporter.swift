/// Keys for other uses, bound to a point of the handshake (as the exporters of RFC 8446 section 7.5).
struct Exporter: Sendable {
    private let secret: SecretBytes

    /// - Parameters:
    ///   - point: names the point, so that two exporters of one handshake differ.
    ///   - noise: the handshake at that point: its chaining key and transcript hash.
    init(at point: String, of noise: NoiseState) {
        secret = HMACBlake2b.authenticate(key: noise.chainingKey) { hasher in
            hasher.update(Array("beeline exporter ".utf8))
            hasher.update(Array(point.utf8))
            hasher.update(noise.transcript)
        }
    }

    func secret(label: String, count: Int) -> SecretBytes {
        let name = Array(label.utf8)
        let length = UInt32(truncatingIfNeeded: name.count)
        let prefix = [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
        return HMACBlake2b.expand(secret, label: prefix + name, count: count)
    }
}
