/// A selection of an X display whose text two sides may share.
public enum SharedSelection: UInt8, Hashable, Sendable, CaseIterable {
    /// What is copied and pasted on request.
    case clipboard = 1
    /// What is marked with the mouse, and pasted with its middle button.
    case primary = 2
}
