/// All that the tiles of one body have taught so far: probabilities, recent colours, the size of residuals.
///
/// Every body starts from the same one, so that it decodes alone. A copy of it is a point to return to.
struct BodyModel {
    var kinds = [64 of AdaptiveBit](repeating: AdaptiveBit())
    var isNext = [2 of AdaptiveBit](repeating: AdaptiveBit(chanceOfFalse: 512))
    var skipLength = [16 of AdaptiveBit](repeating: AdaptiveBit())

    var isBackground = [4 of AdaptiveBit](repeating: AdaptiveBit())
    var isForeground = [2 of AdaptiveBit](repeating: AdaptiveBit())
    var isCached = [4 of AdaptiveBit](repeating: AdaptiveBit())
    var slots = [64 of AdaptiveBit](repeating: AdaptiveBit())

    var bitmapRowRepeats = [4 of AdaptiveBit](repeating: AdaptiveBit())
    var bitmap = [128 of AdaptiveBit](repeating: AdaptiveBit())

    var drawnRowRepeats = [2 of AdaptiveBit](repeating: AdaptiveBit())
    var isLeft = [32 of AdaptiveBit](repeating: AdaptiveBit(chanceOfFalse: 1_024))
    var isAbove = [32 of AdaptiveBit](repeating: AdaptiveBit(chanceOfFalse: 1_024))
    var drawnIsCached = [2 of AdaptiveBit](repeating: AdaptiveBit(chanceOfFalse: 1_024))
    var drawnGreen = RiceModel()
    var drawnRed = RiceModel()
    var drawnBlue = RiceModel()

    var isExact = [8 of AdaptiveBit](repeating: AdaptiveBit())
    var photoGreen = RiceModel()
    var photoRed = RiceModel()
    var photoBlue = RiceModel()

    var cache = ColourCache()
    var background: UInt32 = 0xFFFF_FFFF
    var foreground: UInt32 = Pixel.opaque
    var previousKind = TileKind.raw
    /// The next tile was the one right behind the last.
    var wasNext = false
}
