/// A text that came into a selection.
public struct ClipboardText: Hashable, Sendable {
    public let selection: SharedSelection
    public let text: String

    public init(_ text: String, in selection: SharedSelection) {
        self.selection = selection
        self.text = text
    }
}
