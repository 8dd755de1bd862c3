/// What a message asks for: 12 bits (RFC 8489 section 18.1, RFC 8656 section 17).
@frozen
public struct Method: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue & 0xFFF }

    @inlinable
    public static var binding: Method { Method(rawValue: 0x001) }
    @inlinable
    public static var allocate: Method { Method(rawValue: 0x003) }
    @inlinable
    public static var refresh: Method { Method(rawValue: 0x004) }
    @inlinable
    public static var send: Method { Method(rawValue: 0x006) }
    @inlinable
    public static var data: Method { Method(rawValue: 0x007) }
    @inlinable
    public static var createPermission: Method { Method(rawValue: 0x008) }
    @inlinable
    public static var channelBind: Method { Method(rawValue: 0x009) }
}
