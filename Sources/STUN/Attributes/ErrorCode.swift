/// Why a request was refused: 300 to 699 (RFC 8489 section 14.8, RFC 8656 section 19, RFC 8445 section 16.2).
@frozen
public struct ErrorCode: RawRepresentable, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    @inlinable
    public static var tryAlternate: ErrorCode { ErrorCode(rawValue: 300) }
    @inlinable
    public static var badRequest: ErrorCode { ErrorCode(rawValue: 400) }
    @inlinable
    public static var unauthenticated: ErrorCode { ErrorCode(rawValue: 401) }
    @inlinable
    public static var forbidden: ErrorCode { ErrorCode(rawValue: 403) }
    @inlinable
    public static var unknownAttribute: ErrorCode { ErrorCode(rawValue: 420) }
    @inlinable
    public static var allocationMismatch: ErrorCode { ErrorCode(rawValue: 437) }
    @inlinable
    public static var staleNonce: ErrorCode { ErrorCode(rawValue: 438) }
    @inlinable
    public static var addressFamilyNotSupported: ErrorCode { ErrorCode(rawValue: 440) }
    @inlinable
    public static var wrongCredentials: ErrorCode { ErrorCode(rawValue: 441) }
    @inlinable
    public static var unsupportedTransport: ErrorCode { ErrorCode(rawValue: 442) }
    @inlinable
    public static var peerAddressFamilyMismatch: ErrorCode { ErrorCode(rawValue: 443) }
    @inlinable
    public static var allocationQuotaReached: ErrorCode { ErrorCode(rawValue: 486) }
    @inlinable
    public static var roleConflict: ErrorCode { ErrorCode(rawValue: 487) }
    @inlinable
    public static var serverError: ErrorCode { ErrorCode(rawValue: 500) }
    @inlinable
    public static var insufficientCapacity: ErrorCode { ErrorCode(rawValue: 508) }

    /// The reason phrase that the RFCs recommend, empty for a code they do not name.
    public var reason: StaticString {
        switch rawValue {
        case 300: "Try Alternate"
        case 400: "Bad Request"
        case 401: "Unauthenticated"
        case 403: "Forbidden"
        case 405: "Mobility Forbidden"
        case 420: "Unknown Attribute"
        case 437: "Allocation Mismatch"
        case 438: "Stale Nonce"
        case 440: "Address Family not Supported"
        case 441: "Wrong Credentials"
        case 442: "Unsupported Transport Protocol"
        case 443: "Peer Address Family Mismatch"
        case 486: "Allocation Quota Reached"
        case 446: "Connection Already Exists"
        case 447: "Connection Timeout or Failure"
        case 487: "Role Conflict"
        case 500: "Server Error"
        case 508: "Insufficient Capacity"
        default: ""
        }
    }
}
