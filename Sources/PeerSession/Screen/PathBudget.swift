import WireFormat

/// Whether the exact pixels of what has changed go out within a frame, or coarse pictures must go first.
struct PathBudget {
    /// What the path takes; nil while it is not measured.
    var bytesPerSecond: Double?
    /// Coarse pictures go first, until all that has changed is out.
    private(set) var isShort = true
    /// The same for what moves.
    private(set) var isMotionShort = false
    /// The exact pixels of all that is shown coarsely would take so long that a good picture goes first.
    private(set) var isSlow = false
    /// What exact tiles take in this change, where they are not known to be of a photo.
    private var drawnBytes = PathBudget.usualDrawnBytes

    private static let usualDrawnBytes = 96.0
    /// A tile of a photo takes about two thirds of its pixels' bytes.
    private static let photoBytes = 512.0
    /// A frame at 60 Hz.
    private static let patience = 0.016_7
    /// In seconds; a coarse picture is no pleasure for longer.
    private static let longWait = 2.0

    /// Looks at what is to go now. What was never sent is taken for photos.
    mutating func judge(_ tiles: TileStates) {
        let coarse = tiles.count(.coarse) + tiles.count(.good)
        isSlow = bytesPerSecond.map { Double(coarse) * Self.photoBytes > $0 * Self.longWait } ?? false
        let moving = tiles.count(.moving)
        // Half of a frame's time is left to the rest of the screen.
        isMotionShort = moving > 0 && (isMotionShort || Double(moving) * Self.photoBytes > frameBytes / 2)
        let photos = tiles.count(.photo) + tiles.unknownCount
        let others = max(0, tiles.count(.drawn) - tiles.unknownCount)
        guard photos + others > 0 else {
            isShort = false
            drawnBytes = Self.usualDrawnBytes
            return
        }
        let bytes = Double(photos) * Self.photoBytes + Double(others) * drawnBytes
        isShort = isShort || bytes > frameBytes
    }

    private var frameBytes: Double { (bytesPerSecond ?? 0) * Self.patience }

    /// So many tiles have gone exactly: a photo may have come where text was.
    mutating func note(exactTiles count: Int, bytes: Int) {
        drawnBytes += (Double(bytes) / Double(count) - drawnBytes) / 4
    }
}
