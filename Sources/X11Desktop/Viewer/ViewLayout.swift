/// Where a remote screen lies in a window, and how pixels of one map to the other.
public struct ViewLayout: Hashable, Sendable {
    /// The remote screen's, in its pixels.
    public let sourceWidth: Int
    public let sourceHeight: Int
    /// The window's, in its own.
    public let windowWidth: Int
    public let windowHeight: Int
    /// Where the remote screen lies in the window's coordinates: as large as fits, with its aspect kept.
    public let area: Rectangle

    /// Sizes are at least 1.
    public init(sourceWidth: Int, sourceHeight: Int, windowWidth: Int, windowHeight: Int) {
        self.sourceWidth = max(1, sourceWidth)
        self.sourceHeight = max(1, sourceHeight)
        self.windowWidth = max(1, windowWidth)
        self.windowHeight = max(1, windowHeight)
        let size = Self.fitted(
            (self.sourceWidth, self.sourceHeight), into: (self.windowWidth, self.windowHeight))
        area = Rectangle(
            x: (self.windowWidth - size.width) / 2, y: (self.windowHeight - size.height) / 2, width: size.width,
            height: size.height)
    }

    /// Whether one pixel is one pixel.
    public var isUnscaled: Bool { area.width == sourceWidth && area.height == sourceHeight }

    /// The remote pixel under a point of the window; outside the picture, the nearest one.
    public func sourcePoint(windowX: Int, windowY: Int) -> (x: Int, y: Int) {
        let x = min(max(windowX - area.x, 0), area.width - 1)
        let y = min(max(windowY - area.y, 0), area.height - 1)
        return (x * sourceWidth / area.width, y * sourceHeight / area.height)
    }

    /// The part of the window that a change of this part of the remote screen can change: scaled pixels mix with their
    /// neighbours, so one more on each side.
    public func windowRectangle(for source: Rectangle) -> Rectangle {
        let margin = isUnscaled ? 0 : 1
        let whole = Rectangle(width: sourceWidth, height: sourceHeight)
        let changed = source.intersection(whole)
        guard !changed.isEmpty else { return changed }
        let source = Rectangle(
            x: changed.x - margin, y: changed.y - margin, width: changed.width + 2 * margin,
            height: changed.height + 2 * margin
        ).intersection(whole)
        let left = source.x * area.width / sourceWidth
        let top = source.y * area.height / sourceHeight
        let right = (source.right * area.width + sourceWidth - 1) / sourceWidth
        let bottom = (source.bottom * area.height + sourceHeight - 1) / sourceHeight
        return Rectangle(x: area.x + left, y: area.y + top, width: right - left, height: bottom - top)
            .intersection(area)
    }

    private static func fitted(
        _ size: (width: Int, height: Int), into window: (width: Int, height: Int)
    ) -> (width: Int, height: Int) {
        if size.width * window.height >= size.height * window.width {
            return (window.width, max(1, size.height * window.width / size.width))
        }
        return (max(1, size.width * window.height / size.height), window.height)
    }
}
