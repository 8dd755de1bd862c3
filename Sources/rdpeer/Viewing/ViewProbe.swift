import PeerSession
import ScreenCodec
import WireFormat

/// Watches one pixel of the remote picture, for programs that measure: says when it changes, and when the picture is
/// exact after that.
struct ViewProbe {
    private let place: PixelPlace
    private var colour: UInt32?
    private var isExactDue = false

    init(_ place: PixelPlace) { self.place = place }

    /// Looks.
    ///
    /// - Parameter isDamaged: something changed since the last call.
    /// - Returns: what there is to say.
    mutating func look(_ screen: ScreenReceiver, isDamaged: Bool) -> ProbeFinding? {
        guard place.x < screen.decoder.width, place.y < screen.decoder.height else { return nil }
        var isChanged = false
        if isDamaged {
            let now = screen.decoder.pixels[place.y * screen.decoder.width + place.x] & 0xFF_FFFF
            isChanged = now != colour
            colour = now
            if isChanged { isExactDue = true }
        }
        let isExact = isExactDue && screen.isExact
        guard let colour, isChanged || isExact else { return nil }
        if isExact { isExactDue = false }
        return ProbeFinding(colour: colour, isChanged: isChanged, isExact: isExact)
    }
}
