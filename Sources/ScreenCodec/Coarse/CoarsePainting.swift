/// From planes back to pixels.
enum CoarsePainting {
    /// Zeroes the rows of coefficients that a scan of `end` steps can reach, and says how many they are.
    static func clear(_ tables: CoarseTables, _ plane: CoarsePlane, end: Int) -> Int {
        var rows = 1
        // A diagonal's lowest row is its number.
        while rows < 16, CoarseScan.count(before: rows) <= end { rows += 1 }
        for row in 0..<rows {
            tables.coefficients.store(SIMD16(repeating: 0), at: plane.start &+ row &* 16)
        }
        return rows
    }

    static func paint(_ tables: CoarseTables, into tile: TileBuffer) {
        for y in 0..<tile.height {
            let start = y &* 16
            let brightness = tables.pixels.vector(at: start)
            let orange = tables.pixels.vector(at: start &+ 256)
            let green = tables.pixels.vector(at: start &+ 512)
            let base = brightness - green
            let pixels =
                byte(base + orange) &<< 16 | byte(brightness + green + green) &<< 8 | byte(base - orange)
                | SIMD16(repeating: Pixel.opaque)
            tile.setRow(y, pixels)
        }
    }

    /// The number, held to a byte's range, in the lowest bits.
    @inline(__always)
    private static func byte(_ numbers: SIMD16<Float>) -> SIMD16<UInt32> {
        let held = CoarseTransform.held(numbers, 0, 255) + 8_388_608
        return unsafe unsafeBitCast(held, to: SIMD16<UInt32>.self) & SIMD16(repeating: 0xFF)
    }
}
