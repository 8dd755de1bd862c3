/// A mouse cursor's shape.
public struct CursorImage: Hashable, Sendable {
    public var width: Int
    public var height: Int
    /// The pixel of the image that points.
    public var hotspotX: Int
    public var hotspotY: Int
    /// `width * height` words: blue in the low byte, green, red, alpha; colours premultiplied with alpha.
    public var pixels: [UInt32]

    /// Greatest width and height that this module gives out or accepts, in pixels.
    public static let sideLimit = 256

    /// `nil` when a size is out of range, the hotspot lies outside or the count of pixels is wrong; made for images that come from a network.
    public init?(width: Int, height: Int, hotspotX: Int, hotspotY: Int, pixels: [UInt32]) {
        let sides = 1...Self.sideLimit
        guard sides.contains(width), sides.contains(height), pixels.count == width * height,
            (0..<width).contains(hotspotX), (0..<height).contains(hotspotY)
        else { return nil }
        self.width = width
        self.height = height
        self.hotspotX = hotspotX
        self.hotspotY = hotspotY
        self.pixels = pixels
    }
}
