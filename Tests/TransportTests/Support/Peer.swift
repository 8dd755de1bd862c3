import Transport
import WireFormat

/// One end of a simulated connection with everything it received.
struct Peer {
    var connection: Connection
    var channel = TileChannel()
    var inputs: [[UInt8]] = []
    var received: [[UInt8]]
    var rttSamples: [Interval] = []
    var closures: [String] = []
    var refusals: [Connection.Failure] = []
    /// What is still to be written on each stream.
    var unwritten: [[UInt8]]
    var endlessStream: StreamIdentifier?
    var lastNumber: UInt64?
    /// Streams that nobody reads.
    var unread: Set<StreamIdentifier> = []
    var largestMemory = 0

    init(_ connection: Connection) {
        self.connection = connection
        received = Array(repeating: [], count: StreamIdentifier.count)
        unwritten = received
    }

    mutating func take(_ event: Connection.Event) {
        switch event {
        case .inputReceived(let bytes): inputs.append(bytes)
        case .streamReadable(let stream): if !unread.contains(stream) { read(stream) }
        case .rttSample(let sample): rttSamples.append(sample)
        case .closed(let reason, let closer): closures.append("\(closer): \(reason.code) \(reason.text)")
        }
    }

    mutating func read(_ stream: StreamIdentifier) {
        var count = 0
        repeat {
            received[Int(stream.rawValue)] += [UInt8](capacity: 4_096) { count = connection.read(stream, into: &$0) }
        } while count > 0
    }

    mutating func write() {
        for index in unwritten.indices where !unwritten[index].isEmpty {
            guard let stream = StreamIdentifier(UInt8(index)) else { continue }
            let bytes = unwritten[index]
            let taken = (try? connection.write(bytes.span, on: stream)) ?? 0
            unwritten[index].removeFirst(taken)
        }
        let filler = Self.filler
        if let endlessStream { _ = try? connection.write(filler.span, on: endlessStream) }
    }

    mutating func advance(to now: Instant) { connection.advance(to: now, channel: &channel) }

    mutating func receive(_ packet: [UInt8], number: UInt64, ecn: ECNCodepoint = .notCapable, at now: Instant) {
        do {
            try connection.receive(packet.span, packetNumber: number, ecn: ecn, at: now, channel: &channel)
        } catch {
            refusals.append(error)
        }
    }

    mutating func sendInput(_ event: [UInt8]) {
        do { try connection.sendInput(event.span) } catch { refusals.append(error) }
    }

    /// The next packet, or nil.
    mutating func transmit(at now: Instant, room: Int = 1_500) -> (number: UInt64, bytes: [UInt8])? {
        var number: UInt64?
        let bytes = [UInt8](capacity: room) { packet in
            number = connection.pollTransmit(into: &packet, at: now, channel: &channel)
        }
        return number.map { ($0, bytes) }
    }

    mutating func drainEvents() {
        while let event = connection.pollEvent() { take(event) }
    }

    private static let filler = [UInt8](repeating: 0x5A, count: 65_536)
}
