import WireFormat

/// Everything that passed a server, kept to be searched.
final class WatchedBytes {
    /// A run that passes more than this is no longer kept, only counted.
    private static let mostBytes = 64 << 20
    /// ChannelData headers (RFC 8656 section 12.4): a channel number and a length, two bytes each.
    private static let channelHeaderBytes = 4
    private static let channelFirstBytes: ClosedRange<UInt8> = 0x40...0x4F
    private static let byteValues = 256

    /// Datagrams, stream segments and messages, one after the other.
    private(set) var passages: [[UInt8]] = []
    private(set) var byteCount = 0
    /// How often each byte value stands in relayed payload.
    private var counts = [Int](repeating: 0, count: WatchedBytes.byteValues)

    func add(_ bytes: Span<UInt8>) {
        byteCount += bytes.count
        guard byteCount <= Self.mostBytes else { return }
        passages.append(bytes.copied())
        guard bytes.count > Self.channelHeaderBytes, Self.channelFirstBytes.contains(bytes[0]) else { return }
        for index in Self.channelHeaderBytes..<bytes.count { counts[Int(bytes[index])] += 1 }
    }

    /// Bytes of payload that went through the relay's channels.
    var payloadBytes: Int { counts.reduce(0, +) }

    /// How often each byte value was there.
    var payloadHistogram: [Int] { counts }
}
