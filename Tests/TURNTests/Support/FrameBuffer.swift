import TURN

/// A stream's bytes on their way into frames.
struct FrameBuffer {
    private let limit: Int
    private(set) var pending: [UInt8] = []

    init(limit: Int = 4_096) { self.limit = limit }

    mutating func append(_ bytes: [UInt8]) { pending += bytes }

    /// The next whole frame, padding included; nil if none is complete.
    mutating func next() throws(StreamDeframer.Failure) -> [UInt8]? {
        guard let size = try StreamDeframer.frameSize(pending.span, limit: limit), size <= pending.count else {
            return nil
        }
        defer { pending.removeFirst(size) }
        return Array(pending.prefix(size))
    }
}
