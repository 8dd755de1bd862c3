import WireFormat

/// A pointer's picture: premultiplied BGRA words, row by row, and the pixel that points.
public struct CursorShape: Hashable, Sendable {
    /// Hosts send larger pointers smaller.
    public static let maximumSide = 96

    public let width: Int
    public let height: Int
    public let hotspotX: Int
    public let hotspotY: Int
    public let pixels: [UInt32]

    /// - Returns: nil if the sides, the hot spot and the number of pixels do not fit each other.
    public init?(width: Int, height: Int, hotspotX: Int, hotspotY: Int, pixels: [UInt32]) {
        guard (1...Self.maximumSide).contains(width), (1...Self.maximumSide).contains(height),
            (0..<width).contains(hotspotX), (0..<height).contains(hotspotY), pixels.count == width * height
        else { return nil }
        self.width = width
        self.height = height
        self.hotspotX = hotspotX
        self.hotspotY = hotspotY
        self.pixels = pixels
    }

    init?(decoding bytes: Span<UInt8>) {
        guard bytes.count >= 4, bytes.count == 4 + Int(bytes[0]) * Int(bytes[1]) * 4 else { return nil }
        var reader = ByteReader(bytes.extracting(4..<bytes.count))
        var pixels: [UInt32] = []
        while let word = try? reader.readUInt32() { pixels.append(word) }
        self.init(
            width: Int(bytes[0]), height: Int(bytes[1]), hotspotX: Int(bytes[2]), hotspotY: Int(bytes[3]),
            pixels: pixels)
    }

    var encoded: [UInt8] {
        [UInt8](capacity: 4 + pixels.count * 4) { output in
            for field in [width, height, hotspotX, hotspotY] { output.append(UInt8(field)) }
            for pixel in pixels { output.append(bigEndian: pixel) }
        }
    }
}
