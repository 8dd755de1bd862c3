import WireFormat

/// Shows that who wrote an initiation knows the host's public key, at the price of one hash: whoever scans for hosts, or
/// floods one with what is no initiation for it, costs the host no key agreement (as WireGuard's first MAC).
package struct KeyTag: Sendable {
    static let count = 16

    private let key: SecretBytes

    package init(host: PublicKey) {
        let digest = Blake2b.hash { hasher in
            hasher.update(Array("beeline path key tag".utf8))
            hasher.update(host.bytes)
        }
        key = SecretBytes(copying: digest.span)
    }

    func make(_ bytes: Span<UInt8>) -> [UInt8] { digest(bytes).copied() }

    func accepts(_ tag: Span<UInt8>, of bytes: Span<UInt8>) -> Bool { digest(bytes).isEqual(to: tag) }

    private func digest(_ bytes: Span<UInt8>) -> SecretBytes {
        HMACBlake2b.authenticate(key: key) { $0.update(bytes) }.prefix(Self.count)
    }
}
