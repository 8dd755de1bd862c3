import FileTransfer
import SimulatedDisk
import WireFormat

/// Two sides and the streams between them, which carry bytes in pieces of any size, and disks that take their time: what
/// happens next is drawn from a seed.
struct Exchange {
    var viewer: Party
    var host: Party
    private(set) var now = Instant.zero
    private var random: SeededRandom
    /// Bytes under way, by stream: to the host, to the viewer.
    private var toHost: [FileStream: [UInt8]] = [:]
    private var toViewer: [FileStream: [UInt8]] = [:]
    private let pieceBytes: Int
    private(set) var largestMemory = 0

    /// - Parameter pieceBytes: the most that moves at once.
    init(
        viewerDisk: MemoryDisk = MemoryDisk(), hostDisk: MemoryDisk = MemoryDisk(),
        policy: FilePolicy = FilePolicy(receives: true, sends: true), viewerPolicy: FilePolicy = .off,
        pieceBytes: Int = 100_000, seed: UInt64 = 1
    ) {
        viewer = Party(isHost: false, policy: viewerPolicy, disk: viewerDisk)
        host = Party(isHost: true, policy: policy, disk: hostDisk)
        self.pieceBytes = pieceBytes
        random = SeededRandom(seed: seed)
    }

    var isAtRest: Bool {
        viewer.machine.isIdle && host.machine.isIdle && viewer.requests.isEmpty && host.requests.isEmpty
            && viewer.results.isEmpty && host.results.isEmpty && viewer.machine.memoryBytes == 0
            && host.machine.memoryBytes == 0
    }

    /// Runs until nothing is on its way, or the caller has seen enough.
    ///
    /// - Returns: whether it came to rest.
    @discardableResult
    mutating func run(until isEnough: (borrowing Exchange) -> Bool = { _ in false }) -> Bool {
        for _ in 0..<1_000_000 {
            viewer.drain()
            host.drain()
            largestMemory = max(largestMemory, viewer.machine.memoryBytes, host.machine.memoryBytes)
            if isAtRest, areStreamsEmpty { return true }
            if isEnough(self) { return false }
            step()
        }
        return false
    }

    /// Runs until nothing is on its way.
    mutating func finish() throws {
        if !run() { throw Unfinished() }
    }

    struct Unfinished: Error {}

    private var areStreamsEmpty: Bool {
        toHost.values.allSatisfy(\.isEmpty) && toViewer.values.allSatisfy(\.isEmpty)
    }

    private mutating func step() {
        let stream: FileStream = random.next() % 2 == 0 ? .messages : .content
        let count = Int(random.next() % UInt64(pieceBytes)) + 1
        switch random.next() % 8 {
        case 0: Self.collect(&viewer, stream, count, &toHost)
        case 1: Self.collect(&host, stream, count, &toViewer)
        case 2: Self.deliver(&toHost, stream, count, to: &host, at: now)
        case 3: Self.deliver(&toViewer, stream, count, to: &viewer, at: now)
        case 4: viewer.work()
        case 5: host.work()
        case 6: viewer.deliver(at: now)
        default: host.deliver(at: now)
        }
    }

    private static func collect(
        _ party: inout Party, _ stream: FileStream, _ count: Int, _ wire: inout [FileStream: [UInt8]]
    ) {
        // A transport takes so much at most.
        guard wire[stream, default: []].count < 500_000 else { return }
        let bytes = [UInt8](capacity: count) { _ = party.machine.pollTransmit(stream, into: &$0) }
        wire[stream, default: []] += bytes
        if stream == .content { party.contentBytes += bytes.count }
    }

    private static func deliver(
        _ wire: inout [FileStream: [UInt8]], _ stream: FileStream, _ count: Int, to party: inout Party,
        at now: Instant
    ) {
        guard party.machine.wants(stream), let waiting = wire[stream], !waiting.isEmpty else { return }
        let part = Array(waiting.prefix(count))
        wire[stream] = Array(waiting.dropFirst(count))
        party.machine.receive(part.span, on: stream, at: now)
    }

    /// Lets the viewer send files, one after the other if there are many.
    mutating func send(_ names: [String]) {
        for name in names where viewer.machine.send(name, at: now) == nil { return }
    }

    static func bytes(_ count: Int, seed: UInt64 = 7) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        return random.bytes(count: count)
    }
}
