import WireFormat

/// Texts on their way into the clipboard stream: one is being written, and of those that wait the newest of each
/// selection. A text is its length (variable-length integer), its selection in one byte, and its bytes.
package struct ClipboardSender {
    private var unsent: ArraySlice<UInt8> = []
    private var waiting: [SharedSelection: [UInt8]] = [:]

    package init() {}

    /// Takes a text in place of one that waits in the same selection.
    package mutating func append(_ text: ClipboardText) {
        waiting[text.selection] = Self.frame(text)
    }

    /// Writes as much as the stream takes.
    package mutating func flush(_ write: (Span<UInt8>) -> Int) {
        while true {
            if unsent.isEmpty {
                guard let next = SharedSelection.allCases.first(where: { waiting[$0] != nil }) else { return }
                unsent = (waiting.removeValue(forKey: next) ?? [])[...]
            }
            let count = write(unsent.span)
            guard count > 0 else { return }
            unsent = unsent.dropFirst(count)
            if unsent.isEmpty { unsent = [] }
        }
    }

    private static func frame(_ text: ClipboardText) -> [UInt8] {
        let bytes = Array(text.text.utf8)
        return [UInt8](capacity: bytes.count + 9) { output in
            output.append(varint: UInt64(bytes.count + 1))
            output.append(text.selection.rawValue)
            output.append(contentsOf: bytes.span)
        }
    }
}
