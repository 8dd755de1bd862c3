/// A part of the screen, in pixels; the origin is the screen's upper left corner.
@frozen
public struct Rectangle: Hashable, Sendable {
    public var x: Int
    public var y: Int
    public var width: Int
    public var height: Int

    @inlinable
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// No pixel at all, also when a side is negative.
    @inlinable
    public var isEmpty: Bool { width <= 0 || height <= 0 }

    /// The first column right of the rectangle, held at the end of what an `Int` can say.
    @inlinable
    public var right: Int {
        let (sum, overflow) = x.addingReportingOverflow(max(width, 0))
        return overflow ? .max : sum
    }

    /// The first row below the rectangle, held at the end of what an `Int` can say.
    @inlinable
    public var bottom: Int {
        let (sum, overflow) = y.addingReportingOverflow(max(height, 0))
        return overflow ? .max : sum
    }

    /// What both cover; empty when they do not meet.
    public func intersection(_ other: Rectangle) -> Rectangle {
        let left = max(x, other.x)
        let top = max(y, other.y)
        let right = min(right, other.right)
        let bottom = min(bottom, other.bottom)
        guard left < right, top < bottom else { return Rectangle(x: 0, y: 0, width: 0, height: 0) }
        return Rectangle(x: left, y: top, width: right - left, height: bottom - top)
    }

    /// The smallest rectangle that covers both; an empty one adds nothing.
    public func union(_ other: Rectangle) -> Rectangle {
        if isEmpty { return other }
        if other.isEmpty { return self }
        let left = min(x, other.x)
        let top = min(y, other.y)
        return Rectangle(
            x: left, y: top, width: max(right, other.right) - left, height: max(bottom, other.bottom) - top)
    }
}
