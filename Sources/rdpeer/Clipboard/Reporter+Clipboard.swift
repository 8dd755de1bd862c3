import PeerSession

extension Reporter {
    /// Says what is shared from now on.
    func clipboardShared(_ offer: ClipboardOffer) {
        let names = offer.selections.sorted { $0.rawValue < $1.rawValue }.map { JSONValue.string("\($0)") }
        event("clipboard_shared", [("selections", .array(names))])
    }

    /// Says that a text came from the other side.
    func clipboardReceived(_ text: ClipboardText) {
        event("clipboard", fields("received", text))
    }

    /// Says what became of a text that was copied here.
    func clipboardSent(_ text: ClipboardText, _ sending: ClipboardSending) {
        switch sending {
        case .sent: event("clipboard", fields("sent", text))
        case .notWanted: break
        case .tooLarge(let limit): clipboardTooLarge(limit: limit)
        }
    }

    func clipboardTooLarge(limit: Int) {
        event("clipboard_too_large", [("limit_bytes", .integer(Int64(limit)))])
        warn("What was copied is longer than \(limit) bytes, so it is not shared.")
    }

    private func fields(_ direction: String, _ text: ClipboardText) -> [(name: String, value: JSONValue)] {
        [
            ("direction", .string(direction)), ("selection", .string("\(text.selection)")),
            ("bytes", .integer(Int64(text.text.utf8.count))),
        ]
    }
}
