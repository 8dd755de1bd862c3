import WireFormat

/// Bytes of a stream between two offsets, in a circular buffer that grows by doubling up to its limit.
///
/// The owner says which offsets are valid: this only stores and copies.
struct ByteRing: Sendable {
    private var storage: [UInt8] = []
    let limit: Int

    /// - Parameter limit: the most bytes held; taken up to a power of two, at most 1 GiB.
    init(limit: Int) {
        var size = 1_024
        while size < min(limit, 1 << 30) { size *= 2 }
        self.limit = size
    }

    var capacity: Int { storage.count }

    /// Makes room for the bytes of `offsets`, keeping those of `kept`.
    ///
    /// - Precondition: `offsets` holds at most `limit` bytes and `kept` lies in it.
    mutating func reserve(_ offsets: Range<UInt64>, keeping kept: Range<UInt64>) {
        let needed = Int(offsets.upperBound - offsets.lowerBound)
        guard needed > storage.count else { return }
        precondition(needed <= limit, "more bytes than the ring's limit")
        var size = max(storage.count, 1_024)
        while size < needed { size *= 2 }
        var larger = [UInt8](repeating: 0, count: size)
        let old = storage
        storage = []
        if !old.isEmpty { Self.copy(old, kept, into: &larger) }
        storage = larger
    }

    /// Stores bytes from an offset on. Room was made for them.
    mutating func write(_ bytes: Span<UInt8>, at offset: UInt64) {
        guard !bytes.isEmpty else { return }
        let start = Int(offset & UInt64(storage.count - 1))
        let head = min(bytes.count, storage.count - start)
        var target = storage.mutableSpan
        Self.store(bytes.extracting(0..<head), into: &target, at: start)
        if head < bytes.count { Self.store(bytes.extracting(head..<bytes.count), into: &target, at: 0) }
    }

    /// Appends the bytes of a range of offsets to `output`, which has room for them.
    func read(_ offsets: Range<UInt64>, into output: inout OutputSpan<UInt8>) {
        let count = Int(offsets.upperBound - offsets.lowerBound)
        guard count > 0 else { return }
        let start = Int(offsets.lowerBound & UInt64(storage.count - 1))
        let head = min(count, storage.count - start)
        output.append(contentsOf: storage.span.extracting(start..<start + head))
        if head < count { output.append(contentsOf: storage.span.extracting(0..<count - head)) }
    }

    private static func store(_ bytes: Span<UInt8>, into target: inout MutableSpan<UInt8>, at start: Int) {
        unsafe target.withUnsafeMutableBufferPointer { buffer in
            unsafe bytes.withUnsafeBufferPointer { source in
                guard let from = source.baseAddress, let to = buffer.baseAddress else { return }
                precondition(start >= 0 && start + source.count <= buffer.count, "the bytes lie in the ring")
                unsafe (to + start).update(from: from, count: source.count)
            }
        }
    }

    private static func copy(_ old: [UInt8], _ offsets: Range<UInt64>, into larger: inout [UInt8]) {
        for offset in offsets {
            larger[Int(offset & UInt64(larger.count - 1))] = old[Int(offset & UInt64(old.count - 1))]
        }
    }
}
