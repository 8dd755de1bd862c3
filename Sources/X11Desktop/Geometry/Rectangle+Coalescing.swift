extension Rectangle {
    /// Fewer rectangles that cover at least the same pixels, in the given order: neighbours in the list (an X region
    /// lists its rectangles in bands from the top, so they are neighbours on the screen too) are joined where that adds
    /// at most `waste` of pixels per pixel, and, when more than `limit` remain, in equal groups.
    package static func coalesced(_ rectangles: [Rectangle], limit: Int, waste: Double = 0.25) -> [Rectangle] {
        var joined: [Rectangle] = []
        for rectangle in rectangles where !rectangle.isEmpty {
            if let last = joined.last {
                let union = last.union(rectangle)
                if Double(union.area) <= Double(last.area + rectangle.area) * (1 + waste) {
                    joined[joined.count - 1] = union
                    continue
                }
            }
            joined.append(rectangle)
        }
        guard limit > 0, joined.count > limit else { return joined }
        let groupSize = (joined.count + limit - 1) / limit
        return stride(from: 0, to: joined.count, by: groupSize).map { start in
            joined[start..<min(start + groupSize, joined.count)].reduce(joined[start]) { $0.union($1) }
        }
    }
}
