/// Finds the coarsest picture of a tile that has no larger error than allowed, and leaves its levels in the tables.
struct CoarseAnalysis {
    let tables: CoarseTables
    private(set) var scale: Int
    /// The rows of coefficients that count, by plane: all, or the lower half.
    private var rowCounts = [3 of Int](repeating: 16)
    /// The sum of all levels but the means.
    private var size: Float = 0

    /// About how long the tile will be: most levels are ones, and those take five bits with their place.
    var estimatedBitCount: Int { 24 + 5 * Int(size) }

    /// Rounds a coefficient down where it is less than this much above a whole step: bits are dearer than error.
    private static let reluctance: Float = 0.2

    /// - Parameter guess: the scale to try first: the last tile's.
    /// - Returns: nil where the finest scale is not enough.
    init?(of tile: TileBuffer, quality: CoarseQuality, guess: Int, _ tables: CoarseTables) {
        self.tables = tables
        scale = guess
        Self.load(tile, into: tables)
        var allowed = quality.squaredError * 3 * Float(tile.width * tile.height)
        for plane in CoarsePlane.allCases {
            allowed -= transform(plane, spare: allowed / 32 / plane.weight) * plane.weight
            allowed -= quantiseMean(plane) * plane.weight
        }
        guard findScale(allowed: allowed) else { return nil }
    }

    private mutating func findScale(allowed: Float) -> Bool {
        if quantise(scale) <= allowed {
            // Where nothing is left, a larger step saves nothing.
            while size > 0, scale + 1 < CoarseScale.count {
                guard quantise(scale + 1) <= allowed else {
                    _ = quantise(scale)
                    return true
                }
                scale += 1
            }
            return true
        }
        while scale > 0 {
            scale -= 1
            if quantise(scale) <= allowed { return true }
        }
        return false
    }

    /// Leaves the finest patterns out, which are half of the work, where they hold no more than `spare`.
    ///
    /// - Returns: the squared error that this makes.
    private mutating func transform(_ plane: CoarsePlane, spare: Float) -> Float {
        let energy = Self.energy(of: tables.pixels, at: plane.start, rows: 16)
        CoarseTransform.fold(tables.pixels, at: plane.start)
        CoarseTransform.forward(
            tables.pixels, to: tables.coefficients, at: plane.start, frequencies: 0..<8, tables)
        let rest = max(0, energy - Self.energy(of: tables.coefficients, at: plane.start, rows: 8))
        guard rest > spare else {
            rowCounts[plane.rawValue] = 8
            for row in 8..<16 { tables.levels.store(SIMD16(repeating: 0), at: plane.start &+ row &* 16) }
            return rest
        }
        CoarseTransform.forward(
            tables.pixels, to: tables.coefficients, at: plane.start, frequencies: 8..<16, tables)
        return 0
    }

    private static func energy(of numbers: Bank<Float>, at start: Int, rows: Int) -> Float {
        var sum = SIMD16<Float>(repeating: 0)
        for row in 0..<rows {
            let line = numbers.vector(at: start &+ row &* 16)
            sum += line * line
        }
        return sum.sum()
    }

    /// - Returns: the squared error it leaves.
    private func quantiseMean(_ plane: CoarsePlane) -> Float {
        let mean = tables.coefficients[plane.start]
        let level = CoarseTransform.rounded(mean / CoarseScale.meanStep)
        tables.levels[plane.start] = level
        // The mean is no part of what is quantised below.
        tables.coefficients[plane.start] = 0
        let error = mean - level * CoarseScale.meanStep
        return error * error
    }

    /// - Returns: the squared error of the colours that it leaves.
    private mutating func quantise(_ scale: Int) -> Float {
        var error: Float = 0
        size = 0
        for plane in CoarsePlane.allCases {
            let mean = tables.levels[plane.start]
            let (planeError, planeSize) = quantise(plane, step: CoarseScale.step(scale, plane))
            tables.levels[plane.start] = mean
            error += planeError * plane.weight
            size += planeSize
        }
        return error
    }

    private func quantise(_ plane: CoarsePlane, step: Float) -> (error: Float, size: Float) {
        var errors = SIMD16<Float>(repeating: 0)
        var sizes = SIMD16<Float>(repeating: 0)
        let inverse = 1 / step
        for row in 0..<rowCounts[plane.rawValue] {
            let index = plane.start &+ row &* 16
            let size = Self.magnitude(tables.coefficients.vector(at: index))
            let level = CoarseTransform.rounded(size * inverse - Self.reluctance)
            let rest = size - level * step
            errors += rest * rest
            sizes += level
            tables.levels.store(level, at: index)
        }
        return (errors.sum(), sizes.sum())
    }

    @inline(__always)
    private static func magnitude(_ numbers: SIMD16<Float>) -> SIMD16<Float> {
        unsafe unsafeBitCast(
            unsafeBitCast(numbers, to: SIMD16<UInt32>.self) & SIMD16(repeating: 0x7FFF_FFFF), to: SIMD16<Float>.self)
    }

    /// How many steps of the scan reach the plane's last level that is not zero, the mean not counted.
    func end(of plane: CoarsePlane) -> Int {
        var lowestRow = -1
        var columns = SIMD16<Float>(repeating: 0)
        let mean = tables.levels[plane.start]
        tables.levels[plane.start] = 0
        for row in 0..<rowCounts[plane.rawValue] {
            let levels = tables.levels.vector(at: plane.start &+ row &* 16)
            columns += levels
            if levels.sum() != 0 { lowestRow = row }
        }
        tables.levels[plane.start] = mean
        guard lowestRow >= 0 else { return 0 }
        var column = 15
        while columns[column] == 0 { column -= 1 }
        var position = CoarseScan.count(before: lowestRow + column + 1) - 1
        while tables.levels[plane.start &+ Int(tables.scan[position].index)] == 0 { position -= 1 }
        return position
    }

    // MARK: Colours

    private static func load(_ tile: TileBuffer, into tables: CoarseTables) {
        for y in 0..<16 {
            let pixels = tile.row(min(y, tile.height &- 1))
            let red = number(pixels &>> 16)
            let green = number(pixels &>> 8)
            let blue = number(pixels)
            let outer = red + blue
            let start = y &* 16
            tables.pixels.store((outer + green) * (1 / 3), at: start)
            tables.pixels.store((red - blue) * 0.5, at: start &+ 256)
            tables.pixels.store((green + green - outer) * (1 / 6), at: start &+ 512)
        }
    }

    /// The lowest bytes as numbers: set into the lowest bits of 2^23, less that.
    @inline(__always)
    private static func number(_ words: SIMD16<UInt32>) -> SIMD16<Float> {
        let bits = (words & SIMD16(repeating: 0xFF)) | SIMD16(repeating: 0x4B00_0000)
        return unsafe unsafeBitCast(bits, to: SIMD16<Float>.self) - 8_388_608
    }
}
