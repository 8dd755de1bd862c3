import WireFormat

/// A machine that a `DatagramLoop` can drive: state and bytes and time in; bytes, events and the next deadline out.
public protocol DatagramMachine: SendableMetatype {
    associatedtype Event
    associatedtype Failure: Error

    /// Takes a datagram; what it throws is counted by the loop and otherwise ignored.
    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) throws(Failure)
    /// The same, for a machine that wants to know how the datagram was marked on its way.
    mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant
    ) throws(Failure)
    /// Takes a datagram that only passes through, and writes the packet that it becomes. The loop offers each datagram
    /// here first, and to `receive` what is none of these. It goes on with the ECN codepoint that it came with.
    ///
    /// - Parameter packet: empty, with room for 2,048 bytes.
    /// - Returns: where the packet goes; nil if it is for `receive`, and nothing is written then.
    mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant, into packet: inout OutputSpan<UInt8>
    ) throws(Failure) -> Path?
    mutating func advance(to now: Instant)
    var nextDeadline: Instant? { mutating get }
    /// Writes the next packet into `packet`, which is empty and has room for 1,500 bytes at least.
    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path?
    /// How the packet that `pollTransmit` wrote last is to be marked; over a stream it makes no difference.
    var transmittedECN: ECNCodepoint { get }
    mutating func pollEvent() -> Event?
    /// A stream connection that was open is closed: nothing comes on this path any more, and nothing goes.
    mutating func streamClosed(_ path: Path, at now: Instant)
    /// Whether a connection that was accepted a while ago is of use; asked from time to time, and if not, it is closed.
    func keepsStream(_ path: Path) -> Bool
}

/// What suits a machine that has no stream connections and lets nothing through.
extension DatagramMachine {
    @inlinable
    public mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant
    ) throws(Failure) { try receive(datagram, on: path, at: now) }
    @inlinable
    public var transmittedECN: ECNCodepoint { .notCapable }
    @inlinable
    public mutating func forward(
        _ datagram: Span<UInt8>, on path: Path, at now: Instant, into packet: inout OutputSpan<UInt8>
    ) throws(Failure) -> Path? { nil }

    public mutating func streamClosed(_ path: Path, at now: Instant) {}

    public func keepsStream(_ path: Path) -> Bool { true }
}
