import Transport
import WireFormat

/// The clipboard stream: what was copied, both ways, each side's only as far as the other has said that it takes it.
extension Session {
    /// Sends a text that was copied on this side.
    public mutating func send(_ text: ClipboardText, at now: Instant) -> ClipboardSending {
        if text.selection == .clipboard { pasteBoard.endGift() }
        guard isEstablished, isClipboardGiven, peerOffer.selections.contains(text.selection) else { return .notWanted }
        guard text.text.utf8.count <= Int(peerOffer.byteLimit) else {
            return .tooLarge(limit: Int(peerOffer.byteLimit))
        }
        clipboardSender.append(.text(text))
        process(at: now)
        return .sent
    }

    /// Says what this side takes; silence means nothing.
    mutating func tellClipboardOffer() {
        if !clipboardOffer.selections.isEmpty { sendControl(.clipboard(clipboardOffer)) }
        if pasteBoard.taken != .nothing { sendControl(.paste(pasteBoard.taken)) }
    }

    mutating func receive(_ offer: ClipboardOffer) {
        peerOffer = offer
        if isClipboardGiven { news.noteClipboard(offer) }
    }

    mutating func flushClipboard() {
        clipboardSender.flush { bytes in (try? transport.write(bytes, on: .clipboard)) ?? 0 }
    }

    /// Of what comes at once into one selection the last counts.
    mutating func readClipboard() {
        var newest: [SharedSelection: ClipboardItem] = [:]
        var isMore = true
        while isMore {
            let bytes = [UInt8](capacity: Self.clipboardReadSize) { output in
                isMore = transport.read(.clipboard, into: &output) == Self.clipboardReadSize
            }
            clipboardReceiver.append(bytes.span) { newest[$0.selection] = $0 }
        }
        for selection in SharedSelection.allCases {
            switch newest[selection] {
            case .text(let text):
                if selection == .clipboard { pasteBoard.forgetAnnounced() }
                events.append(.clipboard(text))
            case .files(let announcement): receive(announcement)
            case nil: break
            }
        }
    }

    private static var clipboardReadSize: Int { 16_384 }
}
