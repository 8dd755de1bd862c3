/// Memory of a power of two of elements, indexed modulo its size: no index is out of bounds, and none is checked.
///
/// Codec loops read and write a few elements per pixel at computed places. A bank keeps a wrong place, whatever
/// bytes it came from, inside the bank. It belongs to a `Workspace` and is used only while that lives.
@safe
struct Bank<Element: BitwiseCopyable> {
    private let base: UnsafeMutablePointer<Element>
    private let mask: Int

    /// - Parameter count: a power of two.
    init(count: Int, filledWith element: Element) {
        precondition(count > 0 && count & (count - 1) == 0, "a bank's size is a power of two")
        unsafe base = UnsafeMutablePointer<Element>.allocate(capacity: count)
        mask = count - 1
        fill(with: element)
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
    func copy(from other: Bank) {
        precondition(other.mask == mask, "banks of different sizes")
        unsafe base.update(from: other.base, count: count)
    }

    func fill(with element: Element) { unsafe base.initialize(repeating: element, count: count) }
}

extension Bank<UInt8> {
    /// Appends the elements of a range to a packet.
    @_lifetime(output: copy output)
    func append(_ range: Range<Int>, to output: inout OutputSpan<UInt8>) {
        precondition(range.upperBound <= count, "the bank is shorter")
        for index in range { output.append(self[index]) }
    }
}
