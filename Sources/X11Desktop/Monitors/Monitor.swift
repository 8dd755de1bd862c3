/// One monitor's part of the screen (RandR).
public struct Monitor: Hashable, Sendable {
    /// As `xrandr --listmonitors` has it.
    public var name: String
    /// Where it lies on the screen.
    public var area: Rectangle
    public var isPrimary: Bool
}
