public import WireFormat

/// How watched bytes passed a host.
public enum Passage: Hashable, Sendable {
    case datagramIn(Path)
    case datagramOut(Path)
    case messageIn(PipeIdentifier)
    case messageOut(PipeIdentifier)
}
