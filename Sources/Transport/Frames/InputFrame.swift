/// A run of consecutive input events: first sequence number, count, and each event with its length before it.
struct InputFrame {
    var first: UInt64
    var count: Int
    /// The events: each a length byte and its bytes.
    var body: Range<Int>
}
