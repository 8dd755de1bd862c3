import NetworkSimulator
import WireFormat

/// All bytes that pass a host, one after the other.
final class WireLog {
    private(set) var bytes: [UInt8] = []
    private(set) var datagramBytes = 0
    private(set) var messageBytes = 0

    func note(_ span: Span<UInt8>, _ passage: Passage) {
        switch passage {
        case .datagramIn, .datagramOut: datagramBytes += span.count
        case .messageIn, .messageOut: messageBytes += span.count
        }
        bytes.append(contentsOf: span.copied())
    }

    /// Whether these bytes stand anywhere in the log.
    func contains(_ needle: [UInt8]) -> Bool {
        guard let first = needle.first, bytes.count >= needle.count else { return false }
        for start in 0...bytes.count - needle.count where bytes[start] == first {
            if bytes[start..<start + needle.count].elementsEqual(needle) { return true }
        }
        return false
    }

    func contains(_ text: String) -> Bool { contains(Array(text.utf8)) }
}
