extension Rectangle {
    /// Whether all of another, which has pixels, lies in this one.
    public func contains(_ other: Rectangle) -> Bool {
        other.x >= x && other.y >= y && other.right <= right && other.bottom <= bottom
    }

    func meets(_ other: Rectangle) -> Bool {
        x < other.right && other.x < right && y < other.bottom && other.y < bottom
    }
}
