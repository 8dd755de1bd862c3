import NetworkIO
import TURN
import WireFormat

/// What a stream to a TURN server is made of.
enum RelayStream {
    /// STUN messages and ChannelData.
    static let framing: StreamFraming = { bytes in
        do throws(StreamDeframer.Failure) {
            return try StreamDeframer.frameSize(bytes, limit: 4_096).map { .size($0) } ?? .incomplete
        } catch { return .invalid }
    }

    /// Requests, which over TCP are sent once. Indications and ChannelData are payloads, and those may be lost.
    static let precedence: StreamPrecedence = { frame in
        // The class of a STUN message stands in bits 4 and 8 of its first two bytes (RFC 8489 section 5).
        frame.count >= 2 && frame[0] < 4 && (frame[0] & 1 == 1 || frame[1] & 0x10 == 0)
    }
}
