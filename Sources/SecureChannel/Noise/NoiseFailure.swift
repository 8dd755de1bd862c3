/// Why the bare Noise machine refused a message or a call.
package enum NoiseFailure: Error, Equatable {
    /// Too short for the pattern, or longer than 65,535 bytes (Noise section 3).
    case malformed
    /// A key of low order.
    case weakKey
    /// The encrypted static key's tag does not match.
    case staticKeyNotAuthentic
    /// The payload's tag does not match.
    case payloadNotAuthentic
    /// Not this side's turn, or the handshake is over, or a key is missing that this message needs.
    case unexpected
}
