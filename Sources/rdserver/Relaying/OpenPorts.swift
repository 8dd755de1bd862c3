import Synchronization
import WireFormat

/// The ports at which a relay's loops have live relayed addresses, one bit each, by family. Any thread reads them, for each
/// payload from one loop's client to another's.
@safe
final class OpenPorts: Sendable {
    private static let wordsOfFamily = 65_536 / 64
    private nonisolated(unsafe) let words: UnsafeMutablePointer<Atomic<UInt64>>

    init() {
        words = .allocate(capacity: 2 * Self.wordsOfFamily)
        for index in 0..<2 * Self.wordsOfFamily { (words + index).initialize(to: Atomic(0)) }
    }

    deinit {
        words.deinitialize(count: 2 * Self.wordsOfFamily)
        words.deallocate()
    }

    func note(_ address: TransportAddress, isOpen: Bool) {
        let (word, bit) = Self.place(address)
        if isOpen {
            words[word].bitwiseOr(bit, ordering: .relaxed)
        } else {
            words[word].bitwiseAnd(~bit, ordering: .relaxed)
        }
    }

    func isOpen(_ address: TransportAddress) -> Bool {
        let (word, bit) = Self.place(address)
        return words[word].load(ordering: .relaxed) & bit != 0
    }

    private static func place(_ address: TransportAddress) -> (word: Int, bit: UInt64) {
        let port = Int(address.port)
        return ((address.ip.isIPv4 ? 0 : wordsOfFamily) + port / 64, 1 << UInt64(port % 64))
    }
}
