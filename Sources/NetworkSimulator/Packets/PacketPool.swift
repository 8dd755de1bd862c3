import WireFormat

/// Buffers of one size, in chunks that never move, handed out by number.
///
/// The chunks own their memory, since the deinit of a noncopyable struct inside `Simulator` makes the optimizer of
/// Swift 6.3 abort. Copies of a pool would share it: there is one, in a `SimulatedNetwork`, which is not copyable.
struct PacketPool {
    /// Room for an Ethernet packet and for what a stream hands over at once.
    static let slotBytes = 2_048
    private static let slotsPerChunk = 32

    private var chunks: [PacketChunk] = []
    private var free: [Int32] = []
    private(set) var packets: [Packet] = []

    init() {}

    subscript(slot: Int) -> Packet {
        get { packets[slot] }
        _modify { yield &packets[slot] }
    }

    /// Slots in use.
    var used: Int { packets.count - free.count }

    mutating func allocate() -> Int {
        if free.isEmpty { addChunk() }
        return free.popLast().map(Int.init) ?? 0
    }

    mutating func release(_ slot: Int) { free.append(Int32(truncatingIfNeeded: slot)) }

    /// The bytes of a packet, for the length of a call.
    func withBytes<Result>(of slot: Int, _ body: (Span<UInt8>) -> Result) -> Result {
        let bytes = unsafe UnsafeBufferPointer(start: address(of: slot), count: Int(packets[slot].count))
        return unsafe body(bytes.span)
    }

    func withMutableBytes<Result>(of slot: Int, _ body: (inout MutableSpan<UInt8>) -> Result) -> Result {
        var span = unsafe MutableSpan(_unsafeStart: address(of: slot), count: Int(packets[slot].count))
        return body(&span)
    }

    /// Lets `body` write into an empty slot; returns what it returned and sets the slot's byte count.
    mutating func write<Result>(into slot: Int, _ body: (inout OutputSpan<UInt8>) -> Result) -> Result {
        let buffer = unsafe UnsafeMutableBufferPointer(start: address(of: slot), count: Self.slotBytes)
        var output = unsafe OutputSpan(buffer: buffer, initializedCount: 0)
        let result = body(&output)
        packets[slot].count = Int32(truncatingIfNeeded: unsafe output.finalize(for: buffer))
        return result
    }

    /// A second packet like the first, bytes included.
    mutating func duplicate(_ slot: Int) -> Int {
        let copy = allocate()
        packets[copy] = packets[slot]
        unsafe address(of: copy).update(from: address(of: slot), count: Int(packets[slot].count))
        return copy
    }

    private func address(of slot: Int) -> UnsafeMutablePointer<UInt8> {
        let chunk = chunks[slot / Self.slotsPerChunk]
        return unsafe chunk.base + slot % Self.slotsPerChunk * Self.slotBytes
    }

    private mutating func addChunk() {
        let first = packets.count
        chunks.append(PacketChunk(bytes: Self.slotsPerChunk * Self.slotBytes))
        packets.append(contentsOf: repeatElement(.none, count: Self.slotsPerChunk))
        for slot in (first..<first + Self.slotsPerChunk).reversed() { free.append(Int32(truncatingIfNeeded: slot)) }
    }
}
