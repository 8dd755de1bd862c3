/// One monitor's part of the screen (RandR).
public struct Monitor: Hashable, Sendable {
    public var name: String
    public var area: Rectangle
    public var isPrimary: Bool
}
