import ScreenCodec
import WireFormat

/// What a simulated host shows.
package struct HostPicture: Sendable {
    package let width: Int
    package let height: Int
    package private(set) var pixels: [UInt32]

    /// A still picture that no codec kind fits alone, as screens are: mostly flat, some of it drawn, a little of it like a
    /// photo. The two tiles of the last kind fill two datagrams.
    package static let small: HostPicture = {
        var picture = HostPicture(width: 64, height: 48, filledWith: 0xFF20_4060)
        var noise = SeededRandom(seed: 1)
        for index in picture.pixels.indices {
            switch (index % picture.width / 16, index / picture.width / 16) {
            case (0, 0), (2, 1): picture.pixels[index] = UInt32(truncatingIfNeeded: noise.next())
            case (_, 2) where index % 7 == 0: picture.pixels[index] = 0xFFE0_E0E0
            default: break
            }
        }
        return picture
    }()

    /// The first frame of the moving test picture: a page of text, a window over a gradient, a little video.
    package static func test(width: Int, height: Int, seed: UInt64) -> HostPicture {
        var picture = HostPicture(width: width, height: height, filledWith: 0)
        var film = TestPicture(width: width, height: height, seed: seed)
        var pixels = picture.pixels.mutableSpan
        film.drawNext(into: &pixels) { _ in }
        return picture
    }

    /// The same with a square of one colour in its upper left corner.
    func filling(side: Int, with pixel: UInt32) -> HostPicture {
        var picture = self
        for row in 0..<min(side, height) {
            for column in 0..<min(side, width) { picture.pixels[row * width + column] = pixel }
        }
        return picture
    }

    private init(width: Int, height: Int, filledWith pixel: UInt32) {
        self.width = width
        self.height = height
        pixels = [UInt32](repeating: pixel, count: width * height)
    }
}
