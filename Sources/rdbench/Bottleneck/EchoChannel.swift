import Transport
import WireFormat

/// State as a screen has it that shows what is typed: each key is a change of its own, sent until it has arrived.
struct EchoChannel: StateChannel {
    /// What the tiles of a key take, header included.
    private static let bytesPerKey = 160

    private var waiting: [UInt32] = []
    private var underWay: [(packet: UInt64, keys: [UInt32])] = []
    /// Keys whose change has come, at the side that shows.
    private(set) var shown: [(key: UInt32, at: Instant)] = []

    var hasContent: Bool { !waiting.isEmpty }

    mutating func show(_ key: UInt32) { waiting.append(key) }

    mutating func takeShown() -> [(key: UInt32, at: Instant)] {
        defer { shown.removeAll(keepingCapacity: true) }
        return shown
    }

    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
        var keys: [UInt32] = []
        while content.freeCapacity >= Self.bytesPerKey, let key = waiting.first {
            waiting.removeFirst()
            keys.append(key)
            content.append(bigEndian: key)
            content.append(repeating: 0, count: Self.bytesPerKey - 4)
        }
        guard !keys.isEmpty else { return false }
        underWay.append((packetNumber, keys))
        return true
    }

    mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {
        var reader = ByteReader(content)
        while let key = try? reader.readUInt32() {
            shown.append((key, now))
            guard (try? reader.skip(count: Self.bytesPerKey - 4)) != nil else { return }
        }
    }

    mutating func acknowledged(packetNumber: UInt64) { underWay.removeAll { $0.packet == packetNumber } }

    mutating func lost(packetNumber: UInt64) {
        for entry in underWay where entry.packet == packetNumber { waiting += entry.keys }
        acknowledged(packetNumber: packetNumber)
    }
}
