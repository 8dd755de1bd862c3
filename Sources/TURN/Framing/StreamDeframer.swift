import STUN
import WireFormat

/// Where a TCP or TLS stream is cut into STUN messages and ChannelData frames (RFC 8656 sections 2.1 and 12.5). Who reads
/// the stream keeps the bytes. After a failure the stream cannot be followed any more: close it.
public enum StreamDeframer {
    /// Why a stream cannot be followed.
    public enum Failure: Error, Hashable, Sendable {
        /// The next bytes open neither a STUN message nor ChannelData.
        case unknownFrame
        /// A frame would be longer than allowed.
        case frameTooLong
    }

    /// How many bytes the frame takes that `bytes` open, padding included; nil if too few are there to tell.
    ///
    /// - Parameter limit: the longest frame to accept.
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
