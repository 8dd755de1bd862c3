import WireFormat

/// What the bytes at the front of a stream are.
public enum StreamFrame: Hashable, Sendable {
    /// Too few to tell how long the frame is.
    case incomplete
    /// A frame of so many bytes begins here; they need not all be there.
    case size(Int)
    /// No frame that the protocol knows: the stream cannot be followed any more.
    case invalid
}

/// Cuts a stream into frames: looks at the bytes received and not yet taken, of which there is one at least.
public typealias StreamFraming = @Sendable (_ bytes: Span<UInt8>) -> StreamFrame

/// Tells frames that must not be dropped for want of room, because nobody sends them again: a request over a reliable
/// transport is sent once (RFC 8489 section 6.2.2).
public typealias StreamPrecedence = @Sendable (_ frame: Span<UInt8>) -> Bool
