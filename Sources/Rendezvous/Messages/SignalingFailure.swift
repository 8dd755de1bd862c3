import WireFormat

/// What is wrong with a message from the network, or with a call.
public enum SignalingFailure: Error, Equatable, Sendable {
    /// The message ends within a field, or goes on after its last.
    case truncated
    case trailingBytes
    case badVersion(UInt8)
    case unknownMessage(UInt8)
    /// A field has a value that it must not have.
    case malformed
    /// A field or a message is longer than `SignalingLimits` allows.
    case tooLong
    /// The message, or the call, does not fit the state.
    case unexpected
    /// The queue for outgoing messages is full.
    case queueFull
    /// No connection or session of this name.
    case unknown
    /// The server turned it down.
    case refused(Reason)
}
