/// A part of a screen in pixels; `x` grows to the right, `y` downwards.
public struct Rectangle: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The whole of a screen of this size.
    public init(width: Int, height: Int) { self.init(x: 0, y: 0, width: width, height: height) }

    /// The first column to the right of it.
    public var right: Int { Self.sum(x, width) }

    /// The first row below it.
    public var bottom: Int { Self.sum(y, height) }

    public var isEmpty: Bool { width <= 0 || height <= 0 }

    /// How many pixels it covers.
    public var area: Int { isEmpty ? 0 : width * height }

    /// What both cover; empty (all zero) when they do not meet.
    public func intersection(_ other: Rectangle) -> Rectangle {
        let left = max(x, other.x)
        let top = max(y, other.y)
        let right = min(self.right, other.right)
        let bottom = min(self.bottom, other.bottom)
        guard left < right, top < bottom else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The smallest rectangle around both.
    public func union(_ other: Rectangle) -> Rectangle {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Rectangle(
            x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }

    /// Rectangles may come from anywhere: a sum out of range is the nearest one within.
    private static func sum(_ start: Int, _ length: Int) -> Int {
        let (sum, overflows) = start.addingReportingOverflow(length)
        return overflows ? (start < 0 ? .min : .max) : sum
    }

    public func contains(x: Int, y: Int) -> Bool { x >= self.x && x < right && y >= self.y && y < bottom }
}

extension Rectangle: CustomStringConvertible {
    public var description: String { "\(width)x\(height)+\(x)+\(y)" }
}
