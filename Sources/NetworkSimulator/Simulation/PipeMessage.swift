/// A message and the pipe it goes into.
public struct PipeMessage: Hashable, Sendable {
    public var pipe: PipeIdentifier
    public var bytes: [UInt8]

    public init(pipe: PipeIdentifier, bytes: [UInt8]) {
        self.pipe = pipe
        self.bytes = bytes
    }
}
