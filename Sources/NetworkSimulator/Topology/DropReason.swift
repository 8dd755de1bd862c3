/// Why a packet did not arrive.
public enum DropReason: UInt8, Hashable, Sendable, CaseIterable {
    case loss
    case queueFull
    case tooBig
    case linkDown
    case noRoute
    case noSuchInterface
    case noMapping
    case filtered
    case blocked
    case hairpinOff
    case mappingLimit
    case hostGone
    case hopLimit
    case streamClosed
}
