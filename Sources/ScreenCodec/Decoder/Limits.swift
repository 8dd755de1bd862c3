extension Decoder {
    /// What a host may ask of a viewer's memory.
    public struct Limits: Hashable, Sendable {
        /// In pixels.
        public var maximumWidth: Int
        /// In pixels.
        public var maximumHeight: Int
        /// Width times height; each costs four bytes, and each tile 27 more.
        public var maximumPixelCount: Int

        /// By default four 4K monitors, 133 MB.
        public init(
            maximumWidth: Int = 16_384, maximumHeight: Int = 16_384, maximumPixelCount: Int = 4 * 3_840 * 2_160
        ) {
            self.maximumWidth = min(max(maximumWidth, 0), TileGrid.maximumSide)
            self.maximumHeight = min(max(maximumHeight, 0), TileGrid.maximumSide)
            self.maximumPixelCount = max(maximumPixelCount, 0)
        }

        func allow(width: Int, height: Int) -> Bool {
            0...maximumWidth ~= width && 0...maximumHeight ~= height && width * height <= maximumPixelCount
        }
    }
}
