/// A pixel's difference from its prediction: green, and how red and blue differ from it, since most differences
/// are of brightness. Each is folded to a small unsigned number: 0, -1, 1, -2, 2 and so on as 0, 1, 2, 3, 4.
struct Residual {
    var green: UInt32
    var red: UInt32
    var blue: UInt32

    @inline(__always)
    init(green: UInt32, red: UInt32, blue: UInt32) {
        self.green = green
        self.red = red
        self.blue = blue
    }

    @inline(__always)
    init(of pixel: UInt32, from prediction: UInt32) {
        let green = (pixel &>> 8) &- (prediction &>> 8)
        self.green = Self.fold(green)
        red = Self.fold((pixel &>> 16) &- (prediction &>> 16) &- green)
        blue = Self.fold(pixel &- prediction &- green)
    }

    /// Of four pixels' differences in each channel, red's and blue's less green's.
    @inline(__always)
    static func relative(_ differences: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let green = Prediction.words(differences) &>> 8 & SIMD4(repeating: 255)
        return differences &- Prediction.bytes(green | green &<< 16)
    }

    /// Of four pixels' signed differences, small unsigned numbers, each in the bytes of its channel's place.
    @inline(__always)
    static func folded(_ signed: SIMD16<UInt8>) -> SIMD4<UInt32> {
        let signs = SIMD16<Int8>(truncatingIfNeeded: signed) &>> 7
        return Prediction.words((signed &+ signed) ^ SIMD16<UInt8>(truncatingIfNeeded: signs))
    }

    /// All bits of the first `count` lanes.
    @inline(__always)
    static func lanes(_ count: Int) -> SIMD4<UInt32> {
        if count >= 4 { return SIMD4(repeating: .max) }
        return SIMD4(.max, count > 1 ? .max : 0, count > 2 ? .max : 0, 0)
    }

    /// The pixel that differs from `prediction` by this.
    ///
    /// - Parameter relative: all bits where red and blue are told by how they differ from green, none where they are not.
    @inline(__always)
    func pixel(from prediction: UInt32, relative: UInt32 = .max) -> UInt32 {
        let green = Self.unfold(green)
        let red = Self.unfold(red) &+ (green & relative)
        let blue = Self.unfold(blue) &+ (green & relative)
        let difference = (red & 255) &<< 16 | (green & 255) &<< 8 | blue & 255
        // Adds the bytes without carries between them.
        let sum = (prediction & 0x007F_7F7F) &+ (difference & 0x007F_7F7F)
        return (sum ^ (prediction ^ difference) & 0x0080_8080) | Pixel.opaque
    }

    @inline(__always)
    private static func fold(_ difference: UInt32) -> UInt32 {
        let signed = Int32(Int8(truncatingIfNeeded: difference))
        return UInt32(truncatingIfNeeded: signed &<< 1 ^ signed &>> 31) & 255
    }

    @inline(__always)
    private static func unfold(_ folded: UInt32) -> UInt32 { folded &>> 1 ^ (0 &- (folded & 1)) }
}
