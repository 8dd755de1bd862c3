import STUN
import WireFormat

/// Cuts a TCP or TLS stream into STUN messages and ChannelData frames (RFC 8656 sections 2.1 and 12.5).
///
///     try deframer.append(bytes)
///     while try deframer.withNextFrame({ frame in ... }) != nil {}
///
/// It keeps at most one incomplete frame beyond what was just appended. After a failure the stream cannot be
/// followed any more: close it.
public struct StreamDeframer: Sendable {
    /// Why a stream cannot be followed.
    public enum Failure: Error, Hashable, Sendable {
        /// The next bytes open neither a STUN message nor ChannelData.
        case unknownFrame
        /// A frame would be longer than allowed.
        case frameTooLong
    }

    /// The longest frame to accept.
    public let frameLimit: Int

    private var buffer: [UInt8] = []
    private var start = 0

    public init(frameLimit: Int = 4_096) { self.frameLimit = frameLimit }

    /// Bytes that wait for the rest of their frame.
    public var pendingCount: Int { buffer.count - start }

    /// Takes bytes as they came from the stream; call `withNextFrame` until nil afterwards.
    public mutating func append(_ bytes: Span<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.reserveCapacity(buffer.count + bytes.count)
        for index in bytes.indices { buffer.append(bytes[index]) }
    }

    /// Hands the next whole frame to `body`, padding included; nil if none is complete.
    public mutating func withNextFrame<Result>(_ body: (Span<UInt8>) -> Result) throws(Failure) -> Result? {
        let rest = start..<buffer.count
        guard let size = try Self.frameSize(buffer.span.extracting(rest), limit: frameLimit), size <= rest.count
        else { return nil }
        let result = body(buffer.span.extracting(start..<start + size))
        start += size
        return result
    }

    /// How many bytes the frame takes that `bytes` open; nil if too few are there to tell.
    public static func frameSize(_ bytes: Span<UInt8>, limit: Int) throws(Failure) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let length = Int(bytes[2]) << 8 | Int(bytes[3])
        let size: Int
        switch DatagramKind(bytes) {
        case .stun where length % 4 == 0: size = Header.size + length
        case .channelData: size = ChannelData.headerSize + (length + 3) & ~3
        default: throw .unknownFrame
        }
        guard size <= limit else { throw .frameTooLong }
        return size
    }
}
