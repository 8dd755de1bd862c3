import Foundation
import ScreenCodec

/// How near a decoded picture is to the one that was encoded.
enum SignalToNoise {
    static let colourBits: UInt32 = 0x00FF_FFFF

    /// The squared differences of all colours in an area; infinite between pictures of different sizes.
    static func squares(_ one: Span<UInt32>, _ other: Span<UInt32>, in area: Rectangle, width: Int) -> Double {
        guard one.count == other.count else { return .infinity }
        var squares = 0.0
        for y in area.y..<area.bottom {
            for index in y * width + area.x..<y * width + area.right
            where (one[index] ^ other[index]) & colourBits != 0 {
                for shift: UInt32 in [0, 8, 16] {
                    let difference = Double(one[index] >> shift & 0xFF) - Double(other[index] >> shift & 0xFF)
                    squares += difference * difference
                }
            }
        }
        return squares
    }

    /// The peak signal-to-noise ratio.
    static func decibels(squares: Double, pixelCount: Int) -> Double {
        10 * log10(255 * 255 * Double(pixelCount * 3) / max(squares, 1))
    }
}
