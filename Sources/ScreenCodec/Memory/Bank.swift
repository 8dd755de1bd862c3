/// Memory of a power of two of elements, indexed modulo its size: no index is out of bounds, and none is checked.
///
/// Codec loops read and write a few elements per pixel at computed places. A bank keeps a wrong place, whatever
/// bytes it came from, inside the bank. It belongs to a `Workspace` and is used only while that lives.
@safe
struct Bank<Element: BitwiseCopyable> {
    private let base: UnsafeMutablePointer<Element>
    private let mask: Int

    /// Elements behind the last, so that a wide access may start at any place.
    private static var slack: Int { 64 }

    /// - Parameter count: a power of two.
    init(count: Int, filledWith element: Element) {
        precondition(count > 0 && count & (count - 1) == 0, "a bank's size is a power of two")
        unsafe base = UnsafeMutablePointer<Element>.allocate(capacity: count + Self.slack)
        mask = count - 1
        unsafe base.initialize(repeating: element, count: count + Self.slack)
    }

    var count: Int { mask + 1 }

    func deallocate() { unsafe base.deallocate() }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { unsafe base[index & mask] }
        nonmutating set { unsafe base[index & mask] = newValue }
    }

    /// Takes over all of another bank of the same size.
    @inline(__always)
    func copy(from other: Bank) { copy(0..<count, from: other) }

    /// Takes over a part of another bank of the same size.
    @inline(__always)
    func copy(_ range: Range<Int>, from other: Bank) {
        precondition(other.mask == mask && range.lowerBound >= 0 && range.upperBound <= count, "banks of other sizes")
        unsafe (base + range.lowerBound).update(from: other.base + range.lowerBound, count: range.count)
    }

    func fill(with element: Element) { unsafe base.initialize(repeating: element, count: count) }
}

extension Bank<UInt8> {
    /// Writes eight bytes from a place on, the least significant first.
    @inline(__always)
    func store(_ word: UInt64, at index: Int) {
        unsafe UnsafeMutableRawPointer(base + (index & mask)).storeBytes(of: word.littleEndian, as: UInt64.self)
    }

    /// Appends the elements of a range to a packet.
    @_lifetime(output: copy output)
    func append(_ range: Range<Int>, to output: inout OutputSpan<UInt8>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "the bank is shorter")
        let bytes = unsafe Span(_unsafeStart: base + range.lowerBound, count: range.count)
        output.append(contentsOf: bytes)
    }
}

extension Bank<UInt32> {
    /// Four pixels from a place on.
    @inline(__always)
    func quad(at index: Int) -> SIMD4<UInt32> {
        unsafe UnsafeRawPointer(base + (index & mask)).loadUnaligned(as: SIMD4<UInt32>.self)
    }

    @inline(__always)
    func store(_ quad: SIMD4<UInt32>, at index: Int) {
        unsafe UnsafeMutableRawPointer(base + (index & mask)).storeBytes(of: quad, as: SIMD4<UInt32>.self)
    }

    /// Takes over a run of pixels from a picture, from a place on.
    @inline(__always)
    func copy(_ pixels: Span<UInt32>, from start: Int, count: Int, to index: Int) {
        precondition(start >= 0 && 0...16 ~= count && start <= pixels.count - count, "a run outside the picture")
        if count == 16 {
            let words = unsafe pixels.withUnsafeBytes { bytes in
                unsafe bytes.loadUnaligned(fromByteOffset: start &* 4, as: SIMD16<UInt32>.self)
            }
            store(words, at: index)
            return
        }
        unsafe pixels.withUnsafeBufferPointer { source in
            guard let first = source.baseAddress else { return }
            unsafe (base + (index & mask)).update(from: first + start, count: count)
        }
    }

    /// Puts a run of pixels from a place on into a picture.
    @inline(__always)
    @_lifetime(pixels: copy pixels)
    func copy(from index: Int, count: Int, into pixels: inout MutableSpan<UInt32>, at start: Int) {
        precondition(start >= 0 && 0...16 ~= count && start <= pixels.count - count, "a run outside the picture")
        if count == 16 {
            let words = vector(at: index)
            unsafe pixels.withUnsafeMutableBytes { bytes in
                unsafe bytes.storeBytes(of: words, toByteOffset: start &* 4, as: SIMD16<UInt32>.self)
            }
            return
        }
        unsafe pixels.withUnsafeMutableBufferPointer { target in
            guard let first = target.baseAddress else { return }
            unsafe (first + start).update(from: base + (index & mask), count: count)
        }
    }
}

extension Bank where Element: SIMDScalar {
    /// Sixteen elements from a place on.
    @inline(__always)
    func vector(at index: Int) -> SIMD16<Element> {
        unsafe UnsafeRawPointer(base + (index & mask)).loadUnaligned(as: SIMD16<Element>.self)
    }

    @inline(__always)
    func store(_ vector: SIMD16<Element>, at index: Int) {
        unsafe UnsafeMutableRawPointer(base + (index & mask)).storeBytes(of: vector, as: SIMD16<Element>.self)
    }
}
