/// A transfer's number. The viewer's are even, the host's odd; the second bit is set in those of requests. Each kind goes
/// up, so that none is used twice.
public struct TransferIdentifier: Hashable, Comparable, Sendable {
    /// Below 2^62, as variable-length integers are.
    public let rawValue: UInt64

    public init?(_ rawValue: UInt64) {
        guard rawValue >> 62 == 0 else { return nil }
        self.rawValue = rawValue
    }

    init(unchecked rawValue: UInt64) { self.rawValue = rawValue }

    public static func < (left: TransferIdentifier, right: TransferIdentifier) -> Bool {
        left.rawValue < right.rawValue
    }
}
