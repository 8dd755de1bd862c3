/// The 14 bits that open a message: class and method, interleaved (RFC 8489 section 5).
@frozen
public struct MessageType: Hashable, Sendable {
    public var messageClass: MessageClass
    public var method: Method

    @inlinable
    public init(_ messageClass: MessageClass, _ method: Method) {
        self.messageClass = messageClass
        self.method = method
    }

    /// Decodes the first 16 bits of a message; nil if the two most significant are not zero.
    public init?(encoded: UInt16) {
        guard encoded >> 14 == 0, let messageClass = MessageClass(rawValue: encoded >> 7 & 2 | encoded >> 4 & 1) else {
            return nil
        }
        self.messageClass = messageClass
        method = Method(rawValue: encoded >> 2 & 0xF80 | encoded >> 1 & 0x70 | encoded & 0xF)
    }

    /// The first 16 bits of a message of this type.
    public var encoded: UInt16 {
        let bits = method.rawValue
        let methodBits = (bits & 0xF80) << 2 | (bits & 0x70) << 1 | bits & 0xF
        return methodBits | (messageClass.rawValue & 2) << 7 | (messageClass.rawValue & 1) << 4
    }
}
