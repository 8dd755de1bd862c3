import Transport
import WireFormat

/// One end's half of the screen: what a session needs to know of it beside what the transport does.
public protocol SessionScreen: StateChannel {
    /// Whether every part of the screen was seen, at 28 dB or better (`CoarseQuality.lowest`).
    var isComplete: Bool { get }
    /// Whether the picture equals the host's newest, pixel for pixel.
    var isExact: Bool { get }

    /// When the screen has something to send that it has not now, unless something else happens before.
    var nextDeadline: Instant? { get }

    mutating func advance(to now: Instant)

    /// What the path takes at the moment; nil while that is not known.
    mutating func notePath(bytesPerSecond: Double?)

    /// Another path is taken, or the network is back: what the last one could not take says nothing of it.
    mutating func pathChanged()

    /// Whether the viewer looks at all.
    mutating func noteWanted(_ isWanted: Bool)

    /// What the viewer's hands do says where its eyes are.
    mutating func note(_ input: InputEvent)
}
