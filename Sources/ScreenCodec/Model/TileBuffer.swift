/// One tile's pixels with a margin, so that every pixel has neighbours left, above and on both diagonals above.
///
/// Above the first row lies the background; left of a row lies the pixel above its first, right of it its own last.
struct TileBuffer {
    /// Seventeen rows of eighteen words, as a power of two.
    static let capacity = 512

    let width: Int
    let height: Int
    /// From a pixel to the one below it.
    let stride: Int
    private let words: Bank<UInt32>

    /// Takes a size, at most 16x16, and lays the background above the first row. What `words` held is gone, or is
    /// the pixels of the last tile where that had the same size.
    init(_ words: Bank<UInt32>, width: Int, height: Int, background: UInt32) {
        self.words = words
        self.width = width
        self.height = height
        stride = width + 2
        for index in 0..<stride { words[index] = background }
    }

    /// The place of a pixel; its left neighbour is one less, its upper neighbour `stride` less.
    @inline(__always)
    func index(x: Int, y: Int) -> Int { (y &+ 1) &* stride &+ x &+ 1 }

    @inline(__always)
    subscript(index: Int) -> UInt32 {
        get { words[index] }
        nonmutating set { words[index] = newValue }
    }

    @inline(__always)
    func vector(at index: Int) -> SIMD16<UInt32> { words.vector(at: index) }

    @inline(__always)
    func store(_ pixels: SIMD16<UInt32>, at index: Int) { words.store(pixels, at: index) }

    /// Four pixels from a place on.
    @inline(__always)
    func quad(at index: Int) -> SIMD4<UInt32> { words.quad(at: index) }

    /// Sets the margin left of a row, once the row above is whole.
    @inline(__always)
    func beginRow(_ y: Int) {
        let start = (y &+ 1) &* stride
        words[start] = words[start &- stride &+ 1]
    }

    /// Sets the margin right of a row, once the row is whole.
    @inline(__always)
    func endRow(_ y: Int) {
        let last = (y &+ 1) &* stride &+ width
        words[last &+ 1] = words[last]
    }

    /// Makes a row a copy of the row above.
    @inline(__always)
    func repeatRow(_ y: Int) {
        let start = index(x: 0, y: y)
        for index in start..<start &+ width { words[index] = words[index &- stride] }
    }

    @inline(__always)
    func rowRepeats(_ y: Int) -> Bool {
        let start = index(x: 0, y: y)
        var difference: UInt32 = 0
        for index in start..<start &+ width { difference |= words[index] ^ words[index &- stride] }
        return difference == 0
    }

    func fill(_ colour: UInt32) {
        for y in 0..<height {
            let start = index(x: 0, y: y)
            for index in start..<start + width { words[index] = colour }
        }
    }
}
