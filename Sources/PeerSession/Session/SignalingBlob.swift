import WireFormat

/// A further blob that travels through signaling beside offer and answer, named by its first byte.
enum SignalingBlob: Equatable {
    /// What a sealed farewell begins with: no candidate does. The reason's text follows.
    static let farewell: UInt8 = 0x80

    /// Sealed candidates, or a farewell.
    case sealed([UInt8])
    /// The handshake's third message, as a spare of the one that rides in connectivity checks.
    case confirmation([UInt8])

    var encoded: [UInt8] {
        switch self {
        case .sealed(let bytes): [1] + bytes
        case .confirmation(let bytes): [2] + bytes
        }
    }

    init?(decoding bytes: Span<UInt8>) {
        guard bytes.count > 1 else { return nil }
        let rest = bytes.extracting(1..<bytes.count).copied()
        switch bytes[0] {
        case 1: self = .sealed(rest)
        case 2: self = .confirmation(rest)
        default: return nil
        }
    }
}
