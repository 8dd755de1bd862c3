/// What a driver asks for.
extension Session {
    /// Whether the session is over and its closing packet no longer need be repeated.
    public var hasSaidGoodbye: Bool { end != nil && (records == nil || transport.isFinished) }
}
