/// What a workload costs the screen codec.
package struct CodecFigures: Sendable {
    package var frames = 0
    /// Of frames after the first, those with changes.
    package var bytesPerFrame = Distribution()
    package var firstFrameBytes = 0
    /// Pixels of changed tiles per second of processor time spent encoding them, in millions.
    package var encodeMegapixelsPerSecond = 0.0
    /// Likewise for decoding.
    package var decodeMegapixelsPerSecond = 0.0
    /// Pixels compared per second of processor time, in millions.
    package var compareMegapixelsPerSecond = 0.0
    /// Processor time to compare, encode and decode a frame, in microseconds.
    package var cpuPerFrame = Distribution()
    /// Content of datagrams for as many damaged pixels as the screen has; nil where nothing changes after the first frame.
    package var bytesPerScreenful: Double?
    /// Processor time of the host, to compare and encode, for as many damaged pixels as the screen has, in milliseconds.
    package var hostMillisecondsPerScreenful: Double?
    /// Likewise of the viewer, to decode.
    package var viewerMillisecondsPerScreenful: Double?
    /// Bytes of a frame without any compression.
    package var rawBytesPerFrame = 0
    /// Every frame that was said to be exact is, and so is the picture at rest, pixel for pixel.
    package var isLossless = true
    /// Frames that were shown coarsely, since they moved.
    package var coarseFrames = 0
    /// Content of datagrams that made the last frame exact once it rested.
    package var bytesAtRest = 0
    /// Of the worst frame, in decibels; nil where every one is exact.
    package var worstSignalToNoise: Double?

    package init() {}

    package var json: [String: JSONValue] {
        [
            "frames": .integer(frames), "bytes_per_frame": bytesPerFrame.json,
            "first_frame_bytes": .integer(firstFrameBytes), "raw_bytes_per_frame": .integer(rawBytesPerFrame),
            "encode_mpixel_per_s": .rounded(encodeMegapixelsPerSecond),
            "decode_mpixel_per_s": .rounded(decodeMegapixelsPerSecond),
            "compare_mpixel_per_s": .rounded(compareMegapixelsPerSecond), "cpu_us_per_frame": cpuPerFrame.json,
            "bytes_per_screenful": bytesPerScreenful.map(JSONValue.rounded) ?? .null,
            "host_cpu_ms_per_screenful": hostMillisecondsPerScreenful.map(JSONValue.rounded) ?? .null,
            "viewer_cpu_ms_per_screenful": viewerMillisecondsPerScreenful.map(JSONValue.rounded) ?? .null,
            "coarse_frames": .integer(coarseFrames), "bytes_at_rest": .integer(bytesAtRest),
            "lossless": .bool(isLossless), "worst_psnr_db": worstSignalToNoise.map(JSONValue.rounded) ?? .null,
        ]
    }
}
