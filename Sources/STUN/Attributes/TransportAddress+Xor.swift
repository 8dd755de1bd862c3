import WireFormat

extension TransportAddress {
    /// The address as it stands in an XOR- attribute, or back: the port is mixed with the upper half of the magic
    /// cookie, the IP with the cookie and, for IPv6, the transaction identifier (RFC 8489 section 14.2).
    package func xored(with transaction: TransactionIdentifier) -> TransportAddress {
        let port = port ^ UInt16(truncatingIfNeeded: Header.magicCookie >> 16)
        switch ip {
        case .v4(let bits): return TransportAddress(ip: .v4(bits ^ Header.magicCookie), port: port)
        case .v6(let high, let low):
            let mask = UInt64(Header.magicCookie) << 32 | UInt64(transaction.high)
            return TransportAddress(ip: .v6(high: high ^ mask, low: low ^ transaction.low), port: port)
        }
    }
}
