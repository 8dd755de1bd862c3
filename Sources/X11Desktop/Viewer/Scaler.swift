/// Paints a part of a window from a remote screen of another size: linear interpolation between neighbouring pixels,
/// except by whole factors, where pixels are repeated and stay crisp. Weights have 8 bits.
struct Scaler {
    /// Which two pixels (or rows) of the source make one of the destination, and the second one's weight of 256.
    struct Tap: Hashable {
        private var firstIndex: Int32
        private var secondIndex: Int32
        var weight: UInt32

        init(first: Int, second: Int, weight: UInt32) {
            firstIndex = Int32(first)
            secondIndex = Int32(second)
            self.weight = weight
        }

        var first: Int { Int(firstIndex) }
        var second: Int { Int(secondIndex) }
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

    /// Paints a rectangle of the window, which lies within `layout.area`.
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
        let first = rectangle.x - layout.area.x
        let row = rows[y - layout.area.y]
        // The span's check of these two ranges covers every pixel read below: taps lie within the source's width.
        let above = source.extracting(row.first * stride..<row.first * stride + layout.sourceWidth)
        let below = source.extracting(row.second * stride..<row.second * stride + layout.sourceWidth)
        let needed = columns[first].first..<columns[first + rectangle.width - 1].second + 1
        mixedRow.withUnsafeMutableBufferPointer { mixed in
            above.withUnsafeBufferPointer { above in
                below.withUnsafeBufferPointer { below in Self.mixRows(above, below, row.weight, needed, mixed) }
            }
            columns.withUnsafeBufferPointer { columns in
                for index in 0..<rectangle.width {
                    let column = columns[first + index]
                    destination[index] = Self.mix(mixed[column.first], mixed[column.second], column.weight)
                }
            }
        }
    }

    private static func mixRows(
        _ above: UnsafeBufferPointer<UInt32>, _ below: UnsafeBufferPointer<UInt32>, _ weight: UInt32,
        _ needed: Range<Int>, _ mixed: UnsafeMutableBufferPointer<UInt32>
    ) {
        if weight == 0 {
            for x in needed { mixed[x] = above[x] }
        } else {
            for x in needed { mixed[x] = mix(above[x], below[x], weight) }
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
