import WireFormat

/// One direction of a narrow and lossy link.
package struct LinkShaper {
    private let shape: LinkShape
    private var random: SeededRandom
    private var freeAt = Instant(nanoseconds: 0)

    package init(_ shape: LinkShape, seed: UInt64) {
        self.shape = shape
        random = SeededRandom(seed: seed)
    }

    /// - Returns: how long a packet takes until all of it is on the wire; nil if it is lost.
    package mutating func admit(byteCount: Int, at now: Instant) -> Interval? {
        let start = max(freeAt, now)
        guard start - now <= shape.queue else { return nil }
        freeAt = start + .nanoseconds(Int64(byteCount) * 8 * 1_000_000_000 / shape.bitsPerSecond)
        return Double.random(in: 0..<1, using: &random) < shape.loss ? nil : freeAt - now
    }
}
