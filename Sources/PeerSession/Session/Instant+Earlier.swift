import WireFormat

extension Instant {
    /// The earlier of two deadlines, of which either may be missing.
    static func earlier(_ first: Instant?, _ second: Instant?) -> Instant? {
        guard let first else { return second }
        guard let second else { return first }
        return min(first, second)
    }
}
