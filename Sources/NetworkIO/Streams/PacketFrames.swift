/// Packets on a stream, each behind its length in two bytes, the higher first (RFC 4571 section 2).
enum PacketFrames {
    static let headerBytes = 2

    /// Of packets and their lengths. An empty packet is one too.
    static let framing: StreamFraming = { bytes in
        bytes.count < headerBytes ? .incomplete : .size(headerBytes + (Int(bytes[0]) << 8 | Int(bytes[1])))
    }
}
