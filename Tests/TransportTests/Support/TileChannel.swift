import Transport
import WireFormat

/// A stand-in for a screen: tiles with versions, sent as self-contained lists, dirty again when lost; and the judge of
/// the transport's promise that each state packet is acknowledged or lost, exactly once.
struct TileChannel: StateChannel {
    enum Fate { case open, acknowledged, lost }

    /// Bytes that a tile takes in a packet.
    var tileBytes = 200
    /// The newest version of each tile, and the one known to be on its way or there.
    var versions: [UInt32]
    private var sentVersions: [UInt32]
    private var dirty: [Int] = []
    private var isDirty: [Bool]
    /// A source that never runs dry: every tile is dirty again as soon as it is sent.
    var isEndless = false

    private(set) var fates: [UInt64: Fate] = [:]
    private var contents: [UInt64: [(tile: Int, version: UInt32)]] = [:]
    /// What broke the promise, in words.
    private(set) var complaints: [String] = []

    /// The viewer's side.
    private(set) var shown: [UInt32]
    private var shownNumber: [UInt64]
    private(set) var receivedNumbers: Set<UInt64> = []
    private(set) var receivedBytes = 0
    private(set) var lastReceivedAt = Instant.zero

    init(tiles: Int = 64) {
        versions = Array(repeating: 0, count: tiles)
        sentVersions = versions
        isDirty = Array(repeating: false, count: tiles)
        shown = versions
        shownNumber = Array(repeating: 0, count: tiles)
    }

    mutating func change(_ tile: Int) {
        versions[tile] += 1
        mark(tile)
    }

    private mutating func mark(_ tile: Int) {
        guard !isDirty[tile] else { return }
        isDirty[tile] = true
        dirty.append(tile)
    }

    var hasContent: Bool { !dirty.isEmpty }
    var openCount: Int { fates.values.count { $0 == .open } }

    mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
        guard content.isEmpty, content.freeCapacity >= tileBytes, !dirty.isEmpty else { return false }
        if fates[packetNumber] != nil { complaints.append("packet \(packetNumber) was filled twice") }
        var list: [(tile: Int, version: UInt32)] = []
        while content.freeCapacity >= tileBytes, !dirty.isEmpty {
            let tile = dirty.removeFirst()
            isDirty[tile] = false
            list.append((tile, versions[tile]))
            sentVersions[tile] = versions[tile]
            content.append(bigEndian: UInt16(tile))
            content.append(bigEndian: versions[tile])
            content.append(repeating: UInt8(truncatingIfNeeded: tile), count: tileBytes - 6)
        }
        fates[packetNumber] = .open
        contents[packetNumber] = list
        if isEndless { for entry in list { mark(entry.tile) } }
        return true
    }

    mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) {
        if !receivedNumbers.insert(packetNumber).inserted { complaints.append("packet \(packetNumber) came twice") }
        receivedBytes += content.count
        lastReceivedAt = now
        var offset = 0
        while offset + tileBytes <= content.count {
            let tile = Int(content[offset]) << 8 | Int(content[offset + 1])
            var version: UInt32 = 0
            for index in 2..<6 { version = version << 8 | UInt32(content[offset + index]) }
            if tile < shown.count, packetNumber >= shownNumber[tile] {
                shown[tile] = version
                shownNumber[tile] = packetNumber
            }
            offset += tileBytes
        }
    }

    mutating func acknowledged(packetNumber: UInt64) {
        settle(packetNumber, as: .acknowledged)
        contents[packetNumber] = nil
    }

    mutating func lost(packetNumber: UInt64) {
        settle(packetNumber, as: .lost)
        // Also when a newer version is on its way: which of the two arrives is not known yet.
        for entry in contents.removeValue(forKey: packetNumber) ?? [] where !isEndless { mark(entry.tile) }
    }

    private mutating func settle(_ number: UInt64, as fate: Fate) {
        switch fates[number] {
        case .open: fates[number] = fate
        case nil: complaints.append("packet \(number) was never filled")
        case .acknowledged, .lost: complaints.append("packet \(number) was settled twice")
        }
    }
}
