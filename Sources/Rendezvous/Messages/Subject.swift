/// What a refusal is about.
public enum Subject: Hashable, Sendable {
    /// The connection itself, which the server closes after it.
    case connection
    /// Opening a room or registering a host identifier.
    case hosting
    /// Joining a host.
    case joining
    /// Meeting the other peer of a running session again.
    case meeting(MeetingIdentifier)
    /// A message within a session.
    case session(SessionIdentifier)
}
