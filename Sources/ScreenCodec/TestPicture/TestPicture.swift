import WireFormat

/// A moving picture drawn from a seed, for trying networks without a screen: a page of text that is typed and
/// scrolled, a window that wanders over a gradient, and a small region that changes like video.
///
/// The same size, seed and frame number give the same pixels and the same damage. Drawing a frame touches only
/// what it reports, and allocates nothing.
public struct TestPicture: Sendable {
    public let width: Int
    public let height: Int
    let seed: UInt64

    /// The next frame that `drawNext` draws.
    public private(set) var frameNumber: Int

    private var isFirst = true

    let layout: TestPictureLayout

    /// - Parameter frameNumber: where the film starts. The first frame drawn is drawn whole.
    /// - Precondition: both sides are 1...`TileGrid.maximumSide`, and the frame number is not negative.
    public init(width: Int, height: Int, seed: UInt64, frameNumber: Int = 0) {
        precondition(frameNumber >= 0, "a film starts at its beginning or later")
        precondition(
            1...TileGrid.maximumSide ~= width && 1...TileGrid.maximumSide ~= height, "a picture has pixels")
        self.width = width
        self.height = height
        self.seed = seed
        self.frameNumber = frameNumber
        layout = TestPictureLayout(width: width, height: height)
    }

    /// Draws the next frame over the last, which `pixels` must still hold, and names what it drew.
    ///
    /// - Parameters:
    ///   - pixels: width times height words, row by row: blue, green, red and 0xFF, lowest byte first.
    ///   - damage: called with rectangles inside the picture; at most four a frame.
    @_lifetime(pixels: copy pixels)
    public mutating func drawNext(into pixels: inout MutableSpan<UInt32>, damage: (Rectangle) -> Void) {
        precondition(pixels.count >= width * height, "the buffer is smaller than the picture")
        let frame = frameNumber
        frameNumber += 1
        guard !isFirst else {
            isFirst = false
            draw(layout.bounds, frame: frame, into: &pixels)
            damage(layout.bounds)
            return
        }
        let parts: [4 of Rectangle] = [
            layout.typed(frame: frame), layout.window(frame: frame - 1).union(layout.window(frame: frame)),
            layout.video, layout.scrolled(frame: frame),
        ]
        for index in parts.indices where !parts[index].isEmpty {
            draw(parts[index], frame: frame, into: &pixels)
            damage(parts[index])
        }
    }

    /// Every pixel is a function of its place and the frame, so that any part can be drawn alone.
    @_lifetime(pixels: copy pixels)
    private func draw(_ area: Rectangle, frame: Int, into pixels: inout MutableSpan<UInt32>) {
        let painter = TestPicturePainter(layout: layout, seed: seed, frame: frame)
        for y in area.y..<area.bottom {
            for x in area.x..<area.right { pixels[y * width + x] = painter.colour(x: x, y: y) }
        }
    }
}
