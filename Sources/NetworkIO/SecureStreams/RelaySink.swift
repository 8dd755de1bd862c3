/// Who takes connections that begin as STUN does.
public struct RelaySink: Sendable {
    let framing: StreamFraming
    let deliver: @Sendable (StreamHandover) -> Void

    /// - Parameters:
    ///   - framing: where the frames end that the relay sends.
    ///   - deliver: called on a thread of NIO's with each connection.
    public init(framing: @escaping StreamFraming, deliver: @escaping @Sendable (StreamHandover) -> Void) {
        self.framing = framing
        self.deliver = deliver
    }
}
