import WireFormat

/// Why a stream connection ended.
public enum StreamEnd: Hashable, Sendable {
    /// The program closed it.
    case closed
    /// The other end closed it.
    case closedByRemote
    /// The kernel gave it up.
    case failed(SystemFailure)
    /// What came is none of the protocol's frames.
    case invalidFrame
    /// A frame would have been longer than allowed.
    case frameTooLong
    /// The machine refused the first frame of an accepted connection.
    case refused
    /// No first frame, or no end of a frame, in time.
    case slow
    /// Nothing came for too long.
    case idle
    /// The machine does not want it.
    case unwanted
}
