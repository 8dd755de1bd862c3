import WireFormat

/// Cuts the clipboard stream's bytes into what was copied. What is too long, of a kind that is not taken or makes no sense
/// is skipped without being kept, so that the stream goes on behind it.
package struct ClipboardReceiver {
    private enum Kind {
        case text(SharedSelection)
        case files
    }

    private enum State {
        /// Bytes of a length that is not whole yet.
        case length([UInt8])
        case kind(remaining: UInt64)
        case item(Kind, remaining: Int, [UInt8])
        case skipping(remaining: UInt64)
    }

    private let offer: ClipboardOffer
    private let paste: PasteLimits
    private var state = State.length([])
    /// Items that were skipped.
    package private(set) var skippedCount: UInt64 = 0

    package init(_ offer: ClipboardOffer, paste: PasteLimits = .nothing) {
        self.offer = offer
        self.paste = paste
    }

    /// Takes the next bytes; calls `body` with each item that they complete.
    package mutating func append(_ bytes: Span<UInt8>, _ body: (ClipboardItem) -> Void) {
        var position = 0
        while position < bytes.count {
            position += step(bytes.extracting(position..<bytes.count), body)
        }
    }

    /// - Returns: how many bytes were used, at least one.
    private mutating func step(_ bytes: Span<UInt8>, _ body: (ClipboardItem) -> Void) -> Int {
        switch state {
        case .length(let known):
            state = Self.afterLength(known + [bytes[0]])
            return 1
        case .kind(let remaining):
            choose(kind(bytes[0]), remaining - 1, body)
            return 1
        case .item(let kind, let remaining, var collected):
            state = .length([])
            let part = bytes.extracting(0..<min(remaining, bytes.count))
            collected.append(contentsOf: part.copied())
            if part.count == remaining {
                finish(collected, kind, body)
            } else {
                state = .item(kind, remaining: remaining - part.count, collected)
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
        return length > 0 ? .kind(remaining: length) : .length([])
    }

    /// Nil for what is not taken.
    private func kind(_ byte: UInt8) -> Kind? {
        if byte == ClipboardItem.filesTag { return paste == .nothing ? nil : .files }
        return SharedSelection(rawValue: byte).flatMap { offer.selections.contains($0) ? .text($0) : nil }
    }

    private func limit(of kind: Kind) -> UInt64 {
        switch kind {
        case .text: UInt64(offer.byteLimit)
        case .files: UInt64(PasteListing.maximumBytes)
        }
    }

    private mutating func choose(_ kind: Kind?, _ length: UInt64, _ body: (ClipboardItem) -> Void) {
        guard let kind, length <= limit(of: kind) else {
            skippedCount += 1
            state = length > 0 ? .skipping(remaining: length) : .length([])
            return
        }
        state = .item(kind, remaining: Int(length), [])
        if length == 0 { finish([], kind, body) }
    }

    private mutating func finish(_ bytes: [UInt8], _ kind: Kind, _ body: (ClipboardItem) -> Void) {
        state = .length([])
        if let item = item(bytes, kind) { body(item) } else { skippedCount += 1 }
    }

    private func item(_ bytes: [UInt8], _ kind: Kind) -> ClipboardItem? {
        switch kind {
        case .text(let selection):
            String(validating: bytes, as: UTF8.self).map { .text(ClipboardText($0, in: selection)) }
        case .files: PasteAnnouncement(decoding: bytes.span, limits: paste).map { .files($0) }
        }
    }
}
