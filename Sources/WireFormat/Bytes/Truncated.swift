/// The input ended before the field did.
public struct Truncated: Error, Equatable {
    @inlinable
    public init() {}
}
