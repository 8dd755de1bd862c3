/// Packet numbers are sent cut to their low bytes and completed by the receiver (RFC 9000 section 17.1, appendix A).
package enum TruncatedNumber {
    /// RFC 9000 section 12.3: "The packet number is an integer in the range 0 to 2^62-1."
    package static let maximum: UInt64 = 1 << 62 - 1
    /// Never fewer, so that a packet overtaken by up to 32,767 newer ones is still completed rightly: more than the
    /// replay window lets in. RFC 9000 would allow one.
    static let minimumByteCount = 2
    /// The most bytes a header has room for.
    static let maximumByteCount = 4

    /// The bytes to send, so that a receiver who has seen `largestAcknowledged` completes the number rightly
    /// (RFC 9000 appendix A.2); nil if four do not suffice.
    package static func byteCount(_ number: UInt64, largestAcknowledged: UInt64?) -> Int? {
        // "num_unacked = full_pn + 1" without an acknowledgement, else "full_pn - largest_acked".
        let unacknowledged = largestAcknowledged.map { number - min($0, number) } ?? number + 1
        // "the sender MUST use a packet number size able to represent more than twice as large a range" (section 17.1)
        var count = minimumByteCount
        while count <= maximumByteCount {
            if unacknowledged < 1 << UInt64(count * 8 - 1) { return count }
            count += 1
        }
        return nil
    }

    /// The full number closest to `expected` whose low bytes are `truncated` (RFC 9000 appendix A.3).
    package static func complete(_ truncated: UInt64, byteCount: Int, expected: UInt64) -> UInt64 {
        let window: UInt64 = 1 << UInt64(byteCount * 8)
        let half = window / 2
        let candidate = expected & ~(window - 1) | truncated
        // Unsigned arithmetic wraps below zero, so the comparisons are arranged to add only.
        if candidate + half <= expected, candidate < maximum + 1 - window { return candidate + window }
        if candidate > expected + half, candidate >= window { return candidate - window }
        return candidate
    }
}
