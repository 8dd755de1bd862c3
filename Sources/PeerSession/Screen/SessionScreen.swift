import Transport

/// One end's half of the screen: what a session needs to know of it beside what the transport does.
public protocol SessionScreen: StateChannel {
    /// Whether every part of the screen was seen at least once.
    var isComplete: Bool { get }
    /// Whether the picture equals the host's newest, pixel for pixel.
    var isExact: Bool { get }
}
