import WireFormat

/// The five-tuple of a client, hashed in a few words: once for each packet from a client.
struct ClientKey: Hashable, Sendable {
    let path: Path

    func hash(into hasher: inout Hasher) {
        let ports = UInt64(path.remote.port) << 16 | UInt64(path.local.port)
        switch path.remote.ip {
        case .v4(let bits): hasher.combine(ports << 32 | UInt64(bits))
        case .v6(let high, let low):
            hasher.combine(high)
            hasher.combine(low)
            hasher.combine(ports)
        }
    }
}
