import WireFormat

/// Numbers of RFC 6887.
enum PCPMessage {
    /// Section 7: version 2.
    static let version: UInt8 = 2
    /// Section 19.1.
    static let serverPort: UInt16 = 5_351
    /// Section 7.1: the opcode MAP, and the bit that marks a response.
    static let mapOpcode: UInt8 = 1
    static let announceOpcode: UInt8 = 0
    static let responseBit: UInt8 = 0x80
    /// Sections 7.1 and 11.1: 24 octets of header and 36 of MAP.
    static let mapBytes = 60
    static let headerBytes = 24
    /// Section 7: no message is longer than 1,100 octets.
    static let maximumBytes = 1_100

    /// Section 11.1: IANA protocol numbers.
    static func protocolNumber(isUDP: Bool) -> UInt8 { isUDP ? 17 : 6 }

    /// An address in 16 octets, IPv4 as v4-mapped (section 5).
    static func append(_ address: IPAddress, to packet: inout OutputSpan<UInt8>) {
        switch address {
        case .v4(let bits):
            packet.append(bigEndian: UInt64(0))
            packet.append(bigEndian: UInt64(0xFFFF) << 32 | UInt64(bits))
        case .v6(let high, let low):
            packet.append(bigEndian: high)
            packet.append(bigEndian: low)
        }
    }
}
