import NetworkSimulator
import Transport
import WireFormat

/// One end of a connection over a bottleneck: it sends without end and shows what is typed, or it receives and types.
/// Where a record would have its header and its tag, packets carry what is measured.
final class FlowParty: SimulatedEndpoint {
    enum Role {
        /// Sends a bulk stream from a time on.
        case sender(from: Instant)
        /// Presses a key at these times.
        case receiver(keys: [Instant])
    }

    private static let fillerBytes = 65_536
    private static let unsentBytes = 3 << 20
    /// The number of a packet and when it was sent.
    private static let stampBytes = 16

    /// What arrived of a stream's line, within the time that counts.
    struct Arrivals {
        var wireBytes = 0
        var waits = Distribution()
        var keys = Distribution()
    }

    private(set) var arrivals = Arrivals()
    private(set) var connection: Connection
    private var channel = EchoChannel()
    private let path: Path
    private let role: Role
    private let bottleneck: Bottleneck
    /// What arrives in this time counts.
    private let counted: Range<Instant>
    private let recordBytes: Int
    private var pressed = 0
    private var isFilling = false
    private let filler = [UInt8](repeating: 0x5A, count: FlowParty.fillerBytes)

    init(
        _ role: Role, over bottleneck: Bottleneck, path: Path, algorithm: CongestionController.Algorithm,
        counted: Range<Instant>
    ) {
        var configuration = Connection.Configuration()
        configuration.congestionControl = algorithm
        recordBytes = configuration.recordOverheadBytes
        connection = Connection(
            configuration: configuration, path: PathIdentifier(1), measuredRTT: Bottleneck.roundTrip, at: .zero)
        self.role = role
        self.bottleneck = bottleneck
        self.path = path
        self.counted = counted
    }

    func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        receive(datagram, on: path, ecn: .notCapable, at: now)
    }

    var transmittedECN: ECNCodepoint { connection.transmittedECN }

    func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        var reader = ByteReader(datagram)
        guard datagram.count > recordBytes, let number = try? reader.readUInt64(), let sent = try? reader.readUInt64()
        else { return }
        if counted.contains(now), case .receiver = role {
            let wireBytes = datagram.count + Bottleneck.headerBytes
            arrivals.wireBytes += wireBytes
            let wait = now - Instant(nanoseconds: Int64(bitPattern: sent)) - bottleneck.passage(of: wireBytes)
            arrivals.waits.record(wait.milliseconds)
        }
        try? connection.receive(
            datagram.extracting(recordBytes..<datagram.count), packetNumber: number, ecn: ecn, at: now,
            channel: &channel)
        settle()
    }

    func advance(to now: Instant) {
        connection.advance(to: now, channel: &channel)
        switch role {
        case .sender(let start): isFilling = start <= now
        case .receiver(let keys):
            while pressed < keys.count, keys[pressed] <= now {
                let event = [UInt8](capacity: 4) { $0.append(bigEndian: UInt32(pressed)) }
                try? connection.sendInput(event.span)
                pressed += 1
            }
        }
        settle()
    }

    var nextDeadline: Instant? {
        var next = connection.nextDeadline ?? .distantFuture
        switch role {
        case .sender(let start): if !isFilling { next = min(next, start) }
        case .receiver(let keys): if pressed < keys.count { next = min(next, keys[pressed]) }
        }
        return next
    }

    func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        fill()
        guard connection.mayTransmit(hasContent: channel.hasContent, at: now) else { return nil }
        var number: UInt64?
        let plaintext = [UInt8](capacity: 1_500) { output in
            number = connection.pollTransmit(into: &output, at: now, channel: &channel)
        }
        guard let number else { return nil }
        packet.append(bigEndian: number)
        packet.append(bigEndian: UInt64(bitPattern: now.nanoseconds))
        packet.append(repeating: 0, count: recordBytes - Self.stampBytes)
        packet.append(contentsOf: plaintext.span)
        return path
    }

    private func fill() {
        guard isFilling else { return }
        let filler = filler
        while connection.unacknowledgedBytes(on: .bulk(0)) < Self.unsentBytes {
            guard let taken = try? connection.write(filler.span, on: .bulk(0)), taken > 0 else { return }
        }
    }

    private func settle() {
        while let event = connection.pollEvent() {
            switch event {
            case .inputReceived(let bytes):
                var reader = ByteReader(bytes.span)
                if let key = try? reader.readUInt32() { channel.show(key) }
            case .streamReadable(let stream): read(stream)
            default: break
            }
        }
        guard case .receiver(let keys) = role else { return }
        for (key, instant) in channel.takeShown() where Int(key) < keys.count && counted.contains(keys[Int(key)]) {
            arrivals.keys.record((instant - keys[Int(key)]).milliseconds)
        }
    }

    private func read(_ stream: StreamIdentifier) {
        while true {
            var count = 0
            _ = [UInt8](capacity: Self.fillerBytes) { count = connection.read(stream, into: &$0) }
            if count == 0 { return }
        }
    }
}
