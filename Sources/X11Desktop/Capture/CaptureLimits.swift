/// The largest screen that is captured: what whoever shows it takes.
public struct CaptureLimits: Hashable, Sendable {
    /// Greatest width and greatest height, in pixels.
    public var side: Int
    /// Width times height.
    public var pixelCount: Int

    public init(side: Int = DisplayConnection.sideLimit, pixelCount: Int = .max) {
        self.side = min(side, DisplayConnection.sideLimit)
        self.pixelCount = pixelCount
    }

    func check(width: Int, height: Int) throws(DisplayFailure) {
        guard width <= side, height <= side, width * height <= pixelCount else {
            throw .limitExceeded(
                "a screen of \(width)x\(height) pixels, where viewers show \(side) a side and \(pixelCount) in all; share "
                    + "one monitor or one window of it")
        }
    }
}
