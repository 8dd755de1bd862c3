import WireFormat

/// Whether the exact pixels of what has changed go out within a frame, or coarse pictures must go first.
struct PathBudget {
    /// What the path takes; nil while it is not measured.
    var bytesPerSecond: Double?
    /// Coarse pictures go first, until all that has changed is out.
    private(set) var isShort = true
    /// The exact pixels of all that is shown coarsely would take so long that a good picture goes first.
    private(set) var isSlow = false
    /// What exact tiles take in this change, where they are not known to be of a photo.
    private var drawnBytes = PathBudget.usualDrawnBytes
    /// What an exact pixel of a photo takes.
    private var photoBytes = PathBudget.usualPhotoBytes

    private static let usualDrawnBytes = 96.0
    /// Two thirds of the pixel's own.
    private static let usualPhotoBytes = 2.0
    private static let tilePixels = 256.0
    /// A frame at 60 Hz.
    private static let patience = 0.016_7
    /// What moves, seldom does so in each frame.
    private static let motionFrames = 4.0
    /// In seconds; a coarse picture is no pleasure for longer.
    private static let longWait = 2.0

    /// Looks at what is to go now. What was never sent is taken for photos.
    mutating func judge(_ tiles: TileStates) {
        let coarse = Double(tiles.count(.coarse) + tiles.count(.good)) * Self.tilePixels
        isSlow = bytesPerSecond.map { coarse * Self.usualPhotoBytes > $0 * Self.longWait } ?? false
        let others = max(0, tiles.count(.drawn) - tiles.unknownCount)
        let photos = tiles.pixelCount(.photo)
        let unknown = Double(tiles.unknownCount) * Self.tilePixels
        guard photos + others + tiles.unknownCount > 0 else {
            isShort = false
            drawnBytes = Self.usualDrawnBytes
            return
        }
        guard !isShort else { return }
        let bytes = Double(photos) * photoBytes + unknown * Self.usualPhotoBytes + Double(others) * drawnBytes
        isShort = bytes > frameBytes
    }

    /// Whether the path seems to take all the exact pixels of what moves, frame by frame.
    func fits(movingTiles count: Int) -> Bool {
        Double(count) * Self.tilePixels * photoBytes <= frameBytes * Self.motionFrames
    }

    private var frameBytes: Double { (bytesPerSecond ?? 0) * Self.patience }

    /// So many tiles have gone exactly in one datagram: a photo may have come where text was.
    ///
    /// - Parameter photoPixels: in how many pixels, if all of them were photos.
    mutating func note(exactTiles count: Int, photoPixels: Int?, bytes: Int) {
        drawnBytes += (Double(bytes) / Double(count) - drawnBytes) / 4
        guard let photoPixels, photoPixels > 0 else { return }
        let measured = min(Double(bytes) / Double(photoPixels), Self.usualPhotoBytes * 2)
        photoBytes += (measured - photoBytes) / 4
    }
}
