import WireFormat

/// Cuts the clipboard stream's bytes into texts. What is too long, of a selection that is not taken or no UTF-8 is skipped
/// without being kept, so that the stream goes on behind it.
package struct ClipboardReceiver {
    private enum State {
        /// Bytes of a length that is not whole yet.
        case length([UInt8])
        case selection(remaining: UInt64)
        case text(SharedSelection, remaining: Int, [UInt8])
        case skipping(remaining: UInt64)
    }

    private let offer: ClipboardOffer
    private var state = State.length([])
    /// Texts that were skipped.
    package private(set) var skippedCount: UInt64 = 0

    package init(_ offer: ClipboardOffer) { self.offer = offer }

    /// Takes the next bytes; calls `body` with each text that they complete.
    package mutating func append(_ bytes: Span<UInt8>, _ body: (ClipboardText) -> Void) {
        var position = 0
        while position < bytes.count {
            position += step(bytes.extracting(position..<bytes.count), body)
        }
    }

    /// - Returns: how many bytes were used, at least one.
    private mutating func step(_ bytes: Span<UInt8>, _ body: (ClipboardText) -> Void) -> Int {
        switch state {
        case .length(let known):
            state = Self.afterLength(known + [bytes[0]])
            return 1
        case .selection(let remaining):
            choose(SharedSelection(rawValue: bytes[0]), remaining - 1, body)
            return 1
        case .text(let selection, let remaining, var collected):
            state = .length([])
            let part = bytes.extracting(0..<min(remaining, bytes.count))
            collected.append(contentsOf: part.copied())
            if part.count == remaining {
                finish(collected, selection, body)
            } else {
                state = .text(selection, remaining: remaining - part.count, collected)
            }
            return part.count
        case .skipping(let remaining):
            let count = min(remaining, UInt64(bytes.count))
            state = remaining > count ? .skipping(remaining: remaining - count) : .length([])
            return Int(count)
        }
    }

    private static func afterLength(_ bytes: [UInt8]) -> State {
        var reader = ByteReader(bytes.span)
        guard let length = try? reader.readVarint() else { return .length(bytes) }
        return length > 0 ? .selection(remaining: length) : .length([])
    }

    private mutating func choose(_ selection: SharedSelection?, _ length: UInt64, _ body: (ClipboardText) -> Void) {
        guard let selection, offer.selections.contains(selection), length <= UInt64(offer.byteLimit) else {
            skippedCount += 1
            state = length > 0 ? .skipping(remaining: length) : .length([])
            return
        }
        state = .text(selection, remaining: Int(length), [])
        if length == 0 { finish([], selection, body) }
    }

    private mutating func finish(
        _ bytes: [UInt8], _ selection: SharedSelection, _ body: (ClipboardText) -> Void
    ) {
        state = .length([])
        guard let text = String(validating: bytes, as: UTF8.self) else {
            skippedCount += 1
            return
        }
        body(ClipboardText(text, in: selection))
    }
}
