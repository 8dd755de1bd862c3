/// What became of a mapping.
public enum MappingEvent: Hashable, Sendable {
    /// The port is mapped; or it still is, but elsewhere than before.
    case mapped(MappedPort)
    /// The mapping is gone: refused at renewal, expired, or forgotten by a gateway that does not answer any more.
    case lost(MappedPort)
    /// This way does not work now: nobody answers, or the gateway refuses.
    case unavailable(MappingRefusal)
    /// The mapping was removed at our request, or its removal was given up.
    case removed
}
