import CSodium

/// libsodium's own calls, with nothing around them.
struct BareOperations {
    private var scalar = [UInt8](repeating: 7, count: 32)
    private var point = [UInt8](repeating: 0, count: 32)
    private var element = [UInt8](repeating: 0, count: 32)
    private var digest = [UInt8](repeating: 3, count: 64)

    init() {
        _ = sodium_init()
        _ = crypto_scalarmult_curve25519_base(&point, scalar)
        _ = crypto_core_ristretto255_from_hash(&element, digest)
    }

    /// The X25519 operations of a handshake, both sides.
    mutating func x25519(of kind: HandshakeKind) {
        for _ in 0..<kind.publicKeys {
            step()
            _ = crypto_scalarmult_curve25519_base(&point, scalar)
        }
        for _ in 0..<kind.agreements {
            step()
            _ = crypto_scalarmult_curve25519(&point, scalar, [9] + point.dropFirst())
        }
    }

    /// The ristretto255 operations of a handshake, both sides.
    mutating func ristretto255(of kind: HandshakeKind) {
        for _ in 0..<kind.wordElements {
            digest[0] &+= 1
            _ = crypto_core_ristretto255_from_hash(&element, digest)
        }
        for _ in 0..<kind.shareMultiplications {
            step()
            var product = element
            _ = crypto_scalarmult_ristretto255(&product, scalar, element)
        }
    }

    /// Another scalar below the group's order.
    private mutating func step() { scalar[0] &+= 8 }
}
