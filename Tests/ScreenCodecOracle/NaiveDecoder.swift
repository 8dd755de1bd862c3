/// The body format once more, as slowly and plainly as it can be said: the oracle for the real decoder.
///
/// Models are found by name, pixels by coordinate, bits one by one; nothing is shared with the module under test.
package struct NaiveDecoder {
    package struct Malformed: Error {}

    package struct Tile: Equatable {
        package var index: Int
        /// The part of the tile that the pixels are, and the edition of the tile that it builds on; nil for all of it.
        package var x = 0
        package var y = 0
        package var width: Int
        package var height: Int
        package var basis: UInt64?
        /// 24 bits each, row by row.
        package var pixels: [UInt32]
    }

    private struct Sizes {
        var means = [64, 64, 64]
    }

    package let width: Int
    package let height: Int
    package private(set) var tiles: [Tile] = []

    private let rangeBytes: [UInt8]
    private let plainBytes: [UInt8]
    /// How likely each decision is to be false, in 1/65,536.
    private var chances: [String: Int] = [:]
    private var code: UInt64 = 0
    private var range: UInt64 = 0xFFFF_FFFF
    private var bytesTaken = 0
    private var bitsTaken = 0
    private var cache = [UInt32](repeating: 0, count: 64)
    private var drawnSizes = Sizes()
    private var photoSizes = Sizes()
    private let version: UInt64
    private var wasPatch = false
    private var lastBasis: UInt64 = 0
    private var lastColumns = (0, 16)
    private var lastRows = (0, 16)
    /// Of green, red and blue: about the sum of sixteen residuals.
    private var grainSums = [64, 64, 64]
    private var background: UInt32 = 0xFFFFFF
    private var foreground: UInt32 = 0
    private var previousKind = 4
    var coarseScale = 14
    var coarseMeans = [64, 0, 0]
    /// Whether the last tile that was not a repetition was a solid one: only these may change their size.
    private var isAfterSolid = false
    private var isCoarse = false

    /// - Parameters:
    ///   - version: the packet number.
    ///   - known: the size of a picture that the body may build on without naming it.
    package init(_ body: [UInt8], version: UInt64 = 1, known: (width: Int, height: Int)? = nil) throws {
        self.version = version
        guard let first = body.first else { throw Malformed() }
        var at = 1
        switch (first / 16, known) {
        case (3, _):
            guard body.count >= 5 else { throw Malformed() }
            width = Int(body[1]) * 256 + Int(body[2])
            height = Int(body[3]) * 256 + Int(body[4])
            at = 5
        case (4, let known?):
            guard known.width * known.height > 0 else { throw Malformed() }
            (width, height) = known
        default: throw Malformed()
        }
        func number() throws -> UInt64 {
            guard at < body.count else { throw Malformed() }
            let count = 1 << Int(body[at] / 64)
            guard at + count <= body.count else { throw Malformed() }
            var value = UInt64(body[at] % 64)
            for index in 1..<count { value = value * 256 + UInt64(body[at + index]) }
            at += count
            return value
        }
        let count = first % 16 == 0 ? try number() : UInt64(first % 16)
        let rangeCount = try number()
        guard rangeCount <= body.count - at else { throw Malformed() }
        rangeBytes = Array(body[at..<at + Int(rangeCount)])
        plainBytes = Array(body[(at + Int(rangeCount))...])
        for _ in 0..<4 { code = code * 256 + nextByte() }
        try decodeTiles(count: Int(count))
    }

    private mutating func decodeTiles(count: Int) throws {
        let columns = (width + 15) / 16
        let tileCount = columns * ((height + 15) / 16)
        guard count <= tileCount else { throw Malformed() }
        var next = 0
        var wasNext = false
        var runStart: Int?
        for _ in 0..<count {
            var index = next
            wasNext = !decide("isNext", wasNext ? 1 : 0, chance: 3_584)
            if !wasNext {
                let below = (runStart ?? 0) + columns
                let mayBeBelow = runStart != nil && below < tileCount && below != next
                if mayBeBelow, !decide("isBelow", 0) {
                    index = below
                } else {
                    index = (next + (try decodeSkip(tileCount))) % tileCount
                }
                runStart = index
            }
            runStart = runStart ?? 0
            next = (index + 1) % tileCount
            let x = index % columns * 16
            let y = index / columns * 16
            try decodeTile(index, isNext: wasNext, min(16, width - x), min(16, height - y))
        }
    }

    private mutating func decodeSkip(_ tileCount: Int) throws -> Int {
        var length = 0
        while decide("skipLength", min(length, 15), chance: 640) {
            length += 1
            if length > 31 { throw Malformed() }
        }
        let skip = (1 << length) + plain(length)
        guard skip < tileCount else { throw Malformed() }
        return skip
    }

    private mutating func decodeTile(_ index: Int, isNext: Bool, _ width: Int, _ height: Int) throws {
        wasPatch = decide("isPatch", wasPatch ? 1 : 0, chance: wasPatch ? 1_024 : 3_072)
        guard wasPatch else {
            tiles.append(Tile(index: index, width: width, height: height, pixels: try decodePixels(width, height)))
            return
        }
        if !decide("patchBasis", 0) { lastBasis = try decodeBasis() }
        if !decide("patchColumns", 0) {
            let start = decide("left is inside", isNext ? 1 : 0, chance: isNext ? 3_584 : 2_048) ? plain(4) : 0
            lastColumns = (start, decide("right is inside", 0) ? plain(4) + 1 : width - start)
        }
        if !decide("patchRows", 0) {
            let start = decide("top is inside", 0) ? plain(4) : 0
            lastRows = (start, decide("bottom is inside", 0) ? plain(4) + 1 : height - start)
        }
        let ((x, patchWidth), (y, patchHeight)) = (lastColumns, lastRows)
        guard patchWidth > 0, patchHeight > 0, x + patchWidth <= width, y + patchHeight <= height else {
            throw Malformed()
        }
        let pixels = try decodePixels(patchWidth, patchHeight)
        guard !isCoarse else { throw Malformed() }
        tiles.append(
            Tile(index: index, x: x, y: y, width: patchWidth, height: patchHeight, basis: lastBasis, pixels: pixels))
    }

    private mutating func decodeBasis() throws -> UInt64 {
        if decide("patchIsOnMove", 0, chance: 3_072) { return 1 << 63 + UInt64(plain(32)) }
        var length = 0
        while decide("patchBasisLength", min(length, 7)) {
            length += 1
            if length > 63 { throw Malformed() }
        }
        var distance = UInt64(1) << UInt64(length)
        for bit in 0..<length where plain(1) == 1 { distance += 1 << UInt64(bit) }
        guard distance <= version else { throw Malformed() }
        return version - distance
    }

    private mutating func decodePixels(_ width: Int, _ height: Int) throws -> [UInt32] {
        var kind = 0
        var node = 1
        for _ in 0..<3 {
            let isAfterPlain = previousKind == 0 || previousKind == 5
            let chance = node == 6 ? 256 : node == 3 && isAfterPlain ? 3_584 : 2_048
            let bit = decide("kind", previousKind * 8 + node, chance: chance) ? 1 : 0
            kind = kind * 2 + bit
            node = node * 2 + bit
        }
        var pixels: [UInt32]
        switch kind {
        case 0: pixels = Array(repeating: decodeBackground(0), count: width * height)
        case 1: pixels = decodeBitmap(width, height)
        case 2: pixels = decodeDrawn(width, height)
        case 3: pixels = decodePhoto(width, height)
        case 4: pixels = (0..<width * height).map { _ in UInt32(plain(24)) }
        case 5:
            guard let last = tiles.last else { throw Malformed() }
            pixels = last.pixels
            if last.width != width || last.height != height {
                guard isAfterSolid else { throw Malformed() }
                pixels = Array(repeating: last.pixels[0], count: width * height)
            }
        case 6: pixels = decodeGrain(width, height)
        case 7: pixels = try decodeCoarse(width, height)
        default: throw Malformed()
        }
        if kind != 5 { (isAfterSolid, isCoarse) = (kind == 0, kind == 7) }
        if 2...4 ~= kind || kind == 6 { background = pixels[0] }
        previousKind = kind
        guard bytesTaken <= rangeBytes.count + 4, bitsTaken <= plainBytes.count * 8 else { throw Malformed() }
        return pixels
    }

    private mutating func decodeBitmap(_ width: Int, _ height: Int) -> [UInt32] {
        let back = decodeBackground(1)
        if !decide("isForeground", 0) { foreground = decodeColour(2) }
        var rows: [[Int]] = []
        func bit(_ x: Int, _ y: Int) -> Int {
            y >= 0 && y < rows.count && x >= 0 && x < rows[y].count ? rows[y][x] : 0
        }
        var repeated = false
        for y in 0..<height {
            let above = y > 0 ? rows[y - 1] : Array(repeating: 0, count: width)
            repeated = decide("bitmapRowRepeats", (repeated ? 1 : 0) + (above.contains(1) ? 0 : 2))
            rows.append(repeated ? above : [])
            if repeated { continue }
            for x in 0..<width {
                var context = bit(x - 2, y) + bit(x - 1, y) * 2
                for offset in 0..<4 { context += bit(x - 1 + offset, y - 1) << (2 + offset) }
                context += bit(x, y - 2) << 6
                rows[y].append(decide("bitmap", context) ? 1 : 0)
            }
        }
        return rows.flatMap { $0 }.map { $0 == 1 ? foreground : back }
    }

    /// A pixel of a tile that is being decoded, or what stands for it outside.
    private func pixel(_ pixels: [UInt32], _ width: Int, _ x: Int, _ y: Int) -> UInt32 {
        if y < 0 { return background }
        if x < 0 { return pixel(pixels, width, 0, y - 1) }
        if x >= width { return pixels[y * width + width - 1] }
        return pixels[y * width + x]
    }

    private mutating func decodeDrawn(_ width: Int, _ height: Int) -> [UInt32] {
        var pixels: [UInt32] = []
        var repeats = false
        for y in 0..<height {
            repeats = decide("drawnRowRepeats", repeats ? 1 : 0)
            for x in 0..<width {
                let left = pixel(pixels, width, x - 1, y)
                let above = pixel(pixels, width, x, y - 1)
                let aboveLeft = pixel(pixels, width, x - 1, y - 1)
                let aboveRight = pixel(pixels, width, x + 1, y - 1)
                // Two to the left of a row lies the margin to the right of the row above.
                let secondLeft = x == 0 ? pixel(pixels, width, width, y - 1) : pixel(pixels, width, x - 2, y)
                if repeats {
                    pixels.append(above)
                    continue
                }
                let context =
                    (left == above ? 1 : 0) + (above == aboveLeft ? 2 : 0) + (above == aboveRight ? 4 : 0)
                    + (left == aboveLeft ? 8 : 0) + (left == secondLeft ? 16 : 0)
                if decide("isLeft", context, chance: 1_024) {
                    pixels.append(left)
                } else if left != above, decide("isAbove", context, chance: 1_024) {
                    pixels.append(above)
                } else if decide("drawnIsCached", 0, chance: 1_024) {
                    pixels.append(cache[plain(6)])
                } else {
                    let colour = decodeResidual(\.drawnSizes, from: median(left, above, aboveLeft))
                    pixels.append(colour)
                    remember(colour)
                }
            }
        }
        return pixels
    }

    private mutating func decodePhoto(_ width: Int, _ height: Int) -> [UInt32] {
        var pixels: [UInt32] = []
        var exact: [Bool] = []
        func wasExact(_ x: Int, _ y: Int) -> Int {
            y >= 0 && 0..<width ~= x && exact[y * width + x] ? 1 : 0
        }
        for y in 0..<height {
            for x in 0..<width {
                let prediction = median(
                    pixel(pixels, width, x - 1, y), pixel(pixels, width, x, y - 1),
                    pixel(pixels, width, x - 1, y - 1))
                let context = wasExact(x - 1, y) + wasExact(x, y - 1) * 2 + wasExact(x + 1, y - 1) * 4
                let isExact = decide("isExact", context)
                exact.append(isExact)
                pixels.append(isExact ? prediction : decodeResidual(\.photoSizes, from: prediction))
            }
        }
        return pixels
    }

    private mutating func decodeGrain(_ width: Int, _ height: Int) -> [UInt32] {
        var pixels: [UInt32] = []
        let isMean = decide("grainIsMean", 0)
        let isDirect = decide("grainIsDirect", 0)
        for y in 0..<height {
            var rowSums = [0, 0, 0]
            let parameters = grainSums.map { sum in
                var parameter = 0
                while (sum / 16) >> (parameter + 1) > 0 { parameter += 1 }
                return parameter
            }
            for x in 0..<width {
                let folded = parameters.map { parameter in
                    var quotient = 0
                    while quotient < 10, plain(1) == 1 { quotient += 1 }
                    return quotient < 10 ? (quotient << parameter + plain(parameter)) % 256 : plain(8)
                }
                for channel in 0..<3 { rowSums[channel] += folded[channel] }
                let signed = folded.map { $0 % 2 == 0 ? $0 / 2 : -($0 + 1) / 2 }
                let left = pixel(pixels, width, x - 1, y)
                let above = pixel(pixels, width, x, y - 1)
                let prediction =
                    isMean
                    ? mean(left, y == 0 ? left : above) : median(left, above, pixel(pixels, width, x - 1, y - 1))
                let common = isDirect ? 0 : signed[0]
                pixels.append(
                    shift(prediction, red: signed[1] + common, green: signed[0], blue: signed[2] + common))
            }
            for channel in 0..<3 { grainSums[channel] = (grainSums[channel] + rowSums[channel] * 16 / width) / 2 }
        }
        return pixels
    }

    private func shift(_ prediction: UInt32, red: Int, green: Int, blue: Int) -> UInt32 {
        func channel(_ shift: UInt32, _ difference: Int) -> UInt32 {
            UInt32((Int(prediction >> shift & 255) + difference) & 255) << shift
        }
        return channel(16, red) | channel(8, green) | channel(0, blue)
    }

    private func mean(_ left: UInt32, _ above: UInt32) -> UInt32 {
        [0, 8, 16].reduce(0) { $0 | (((left >> $1 & 255) + (above >> $1 & 255)) / 2) << $1 }
    }

    private func median(_ left: UInt32, _ above: UInt32, _ aboveLeft: UInt32) -> UInt32 {
        var result: UInt32 = 0
        for shift: UInt32 in [0, 8, 16] {
            let a = Int(left >> shift & 255)
            let b = Int(above >> shift & 255)
            let c = Int(aboveLeft >> shift & 255)
            result |= UInt32([a, b, a + b - c].sorted()[1]) << shift
        }
        return result
    }

    private mutating func decodeResidual(
        _ path: WritableKeyPath<NaiveDecoder, Sizes>, from prediction: UInt32
    ) -> UInt32 {
        var sizes = self[keyPath: path]
        let green = decodeRice(&sizes.means[0])
        let red = decodeRice(&sizes.means[1]) + green
        let blue = decodeRice(&sizes.means[2]) + green
        self[keyPath: path] = sizes
        return shift(prediction, red: red, green: green, blue: blue)
    }

    private mutating func decodeRice(_ mean: inout Int) -> Int {
        var parameter = 0
        while (mean / 16) >> (parameter + 1) > 0 { parameter += 1 }
        var quotient = 0
        while quotient < 12, plain(1) == 1 { quotient += 1 }
        let value = quotient < 12 ? quotient << parameter + plain(parameter) : plain(8)
        mean = mean - mean / 16 + value
        return value % 2 == 0 ? value / 2 : -(value + 1) / 2
    }

    private mutating func decodeBackground(_ context: Int) -> UInt32 {
        if !decide("isBackground", context) { background = decodeColour(context) }
        return background
    }

    private mutating func decodeColour(_ context: Int) -> UInt32 {
        if decide("isCached", context) { return cache[plain(6)] }
        let colour = UInt32(plain(24))
        remember(colour)
        return colour
    }

    private mutating func remember(_ colour: UInt32) {
        let hash = UInt64(colour | 0xFF00_0000) * 0x9E37_79B1 % 0x1_0000_0000
        cache[Int(hash / 0x400_0000)] = colour
    }

    mutating func decide(_ name: String, _ place: Int, chance: Int = 2_048) -> Bool {
        let key = "\(name) \(place)"
        let known = chances[key] ?? chance * 16
        let bound = range / 4_096 * UInt64(known / 32 * 2 + 1)
        let decision = code >= bound
        if decision {
            code -= bound
            range -= bound
            chances[key] = known - known / 16
        } else {
            range = bound
            chances[key] = known + (65_535 - known) / 16
        }
        while range < 0x100_0000 {
            range *= 256
            code = code * 256 + nextByte()
        }
        return decision
    }

    private mutating func nextByte() -> UInt64 {
        defer { bytesTaken += 1 }
        return bytesTaken < rangeBytes.count ? UInt64(rangeBytes[bytesTaken]) : 0
    }

    mutating func plain(_ count: Int) -> Int {
        var value = 0
        for position in 0..<count {
            let byte = bitsTaken / 8 < plainBytes.count ? Int(plainBytes[bitsTaken / 8]) : 0
            value |= (byte >> (bitsTaken % 8) & 1) << position
            bitsTaken += 1
        }
        return value
    }
}
