/// Paints a part of a window from a remote screen of another size: linear interpolation between neighbouring pixels,
/// except by whole factors, where pixels are repeated and stay crisp. Weights have 8 bits.
struct Scaler {
    /// Which two pixels (or rows) of the source make one of the destination, and the second one's weight of 256.
    struct Tap: Hashable {
        var first: Int
        var second: Int
        var weight: UInt32
    }

    private let layout: ViewLayout
    private let columns: [Tap]
    private let rows: [Tap]
    private var mixedRow: [UInt32]

    init(_ layout: ViewLayout) {
        self.layout = layout
        columns = Self.taps(source: layout.sourceWidth, destination: layout.area.width)
        rows = Self.taps(source: layout.sourceHeight, destination: layout.area.height)
        mixedRow = Array(repeating: 0, count: layout.sourceWidth)
    }

    /// Paints a rectangle of the window, which lies within `layout.visibleArea`.
    mutating func paint(
        _ rectangle: Rectangle, from source: Span<UInt32>, stride: Int, into window: UnsafeMutablePointer<UInt32>,
        windowStride: Int
    ) {
        for y in rectangle.y..<rectangle.bottom {
            let destination = window + y * windowStride + rectangle.x
            paintRow(rectangle, y, source, stride, destination)
        }
    }

    private mutating func paintRow(
        _ rectangle: Rectangle, _ y: Int, _ source: Span<UInt32>, _ stride: Int,
        _ destination: UnsafeMutablePointer<UInt32>
    ) {
        let columns = columns
        let taps = (rectangle.x - layout.area.x)..<(rectangle.right - layout.area.x)
        let row = rows[y - layout.area.y]
        let needed = columns[taps.lowerBound].first...columns[taps.upperBound - 1].second
        let above = source.extracting(row.first * stride..<row.first * stride + layout.sourceWidth)
        let below = source.extracting(row.second * stride..<row.second * stride + layout.sourceWidth)
        var mixed = mixedRow.mutableSpan
        for x in needed { mixed[x] = Self.mix(above[x], below[x], row.weight) }
        for index in 0..<taps.count {
            let column = columns[taps.lowerBound + index]
            destination[index] = Self.mix(mixed[column.first], mixed[column.second], column.weight)
        }
    }

    /// Pixel centres are mapped to pixel centres.
    static func taps(source: Int, destination: Int) -> [Tap] {
        (0..<destination).map { index in
            if destination % source == 0 {
                let pixel = index / (destination / source)
                return Tap(first: pixel, second: pixel, weight: 0)
            }
            // In 1/256 of a source pixel: (index + 1/2) * source / destination - 1/2.
            let position = max(0, (2 * index + 1) * source * 128 / destination - 128)
            let first = min(position >> 8, source - 1)
            return Tap(first: first, second: min(first + 1, source - 1), weight: UInt32(position & 0xFF))
        }
    }

    @inline(__always)
    static func mix(_ first: UInt32, _ second: UInt32, _ weight: UInt32) -> UInt32 {
        let redAndBlue = (first & 0xFF00FF) &* (256 &- weight) &+ (second & 0xFF00FF) &* weight
        let green = (first >> 8 & 0xFF) &* (256 &- weight) &+ (second >> 8 & 0xFF) &* weight
        return redAndBlue >> 8 & 0xFF00FF | green & 0xFF00
    }
}
