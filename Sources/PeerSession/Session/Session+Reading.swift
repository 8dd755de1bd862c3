import ICE

/// What a driver asks for, and what a test that watches the wire must know.
extension Session {
    /// Whether the session is over and its closing packet no longer need be repeated.
    public var hasSaidGoodbye: Bool { end != nil && (records == nil || transport.isFinished) }

    /// This end's ICE credentials, which nobody but the peer may ever see whole.
    package var credentials: Agent.Credentials { agent.localCredentials }
}
