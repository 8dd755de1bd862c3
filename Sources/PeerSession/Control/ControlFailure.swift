/// Why the control stream of an authenticated peer cannot be read on.
public enum ControlFailure: Error, Equatable {
    /// A message that announces more bytes than any message has.
    case tooLong
    case malformed
}
