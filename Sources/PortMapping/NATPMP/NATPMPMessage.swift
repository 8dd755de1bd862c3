import WireFormat

/// Numbers of RFC 6886.
enum NATPMPMessage {
    /// Section 3.2: version 0, opcode 0 for the external address; section 3.3: 1 maps UDP, 2 maps TCP.
    static let version: UInt8 = 0
    static let addressOpcode: UInt8 = 0
    static let serverPort: UInt16 = 5_351
    static let responseBit: UInt8 = 0x80
    static let requestBytes = 12

    static func mapOpcode(isUDP: Bool) -> UInt8 { isUDP ? 1 : 2 }
}
