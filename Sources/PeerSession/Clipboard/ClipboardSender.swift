import WireFormat

/// What was copied, on its way into the clipboard stream: one item is being written, and of those that wait the newest of
/// each selection. An item is its length (variable-length integer), its kind in one byte, and its bytes.
package struct ClipboardSender {
    private var unsent: ArraySlice<UInt8> = []
    private var waiting: [SharedSelection: [UInt8]] = [:]

    package init() {}

    /// Takes an item in place of one that waits in the same selection.
    package mutating func append(_ item: ClipboardItem) {
        waiting[item.selection] =
            switch item {
            case .text(let text): Self.frame(text.selection.rawValue, Array(text.text.utf8))
            case .files(let announcement): Self.frame(ClipboardItem.filesTag, announcement.encoded)
            }
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

    private static func frame(_ kind: UInt8, _ bytes: [UInt8]) -> [UInt8] {
        [UInt8](capacity: bytes.count + 9) { output in
            output.append(varint: UInt64(bytes.count + 1))
            output.append(kind)
            output.append(contentsOf: bytes.span)
        }
    }
}
