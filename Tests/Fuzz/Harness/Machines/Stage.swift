import WireFormat

/// Drives one machine in virtual time, as an input says, and holds it to what every core machine promises: it comes
/// to rest after each call, and a deadline that was served is past.
struct Stage<Machine: Subject> {
    var machine: Machine
    private(set) var now = Instant.zero
    /// The newest packets that it sent.
    private(set) var sent: [Sent] = []
    private(set) var bytesOut = 0
    private(set) var bytesIn = 0

    /// Steps that an input may take: enough for a session, few enough for thousands of inputs a second.
    static var stepLimit: Int { 200 }
    private static var keptPackets: Int { 16 }
    private static var packetLimit: Int { 20_000 }

    init(_ machine: Machine) { self.machine = machine }

    mutating func deliver(_ datagram: [UInt8], on path: Path) throws(Finding) {
        bytesIn += datagram.count
        machine.take(datagram, on: path, at: now)
        try settle()
    }

    /// Acts on the machine as its owner, then lets it say what it has to say.
    mutating func act<Result>(_ body: (inout Machine, Instant) -> Result) throws(Finding) -> Result {
        let result = body(&machine, now)
        try settle()
        return result
    }

    mutating func advance(by interval: Interval) throws(Finding) {
        let end = now + interval
        var count = 0
        while let deadline = machine.nextDeadline, deadline <= end, count < 50 {
            try advanceToDeadline()
            count += 1
        }
        if count < 50 { now = max(now, end) }
    }

    mutating func advanceToDeadline() throws(Finding) {
        guard let deadline = machine.nextDeadline, deadline < .distantFuture else { return }
        now = max(now, deadline)
        var count = 0
        while let due = machine.nextDeadline, due <= now {
            machine.advance(to: now)
            try settle()
            count += 1
            try require(count < 1_000, "a deadline does not pass")
        }
    }

    /// One of the steps that fit every machine: time, and what it sent coming back.
    mutating func takeCommonStep(_ script: inout Script) throws(Finding) {
        switch script.choice(4) {
        case 0: try advanceToDeadline()
        case 1: try advance(by: .milliseconds(Int64(script.word())))
        case 2: try advance(by: .seconds(Int64(script.word())))
        default:
            guard var echo = lastSent(script.choice(Self.keptPackets)) else { return }
            for _ in 0..<script.choice(4) where !echo.bytes.isEmpty {
                echo.bytes[Int(script.word()) % echo.bytes.count] = script.byte()
            }
            let path = Path(transport: echo.path.transport, local: echo.path.local, remote: echo.path.remote)
            try deliver(echo.bytes, on: path)
        }
    }

    /// The packet that was sent so many packets ago.
    func lastSent(_ age: Int) -> Sent? { age < sent.count ? sent[sent.count - 1 - age] : nil }

    /// What it sent last, the newest first.
    var recent: [Sent] { (0..<Self.keptPackets).compactMap { lastSent($0) } }

    mutating func settle() throws(Finding) {
        var count = 0
        while let packet = next() {
            count += 1
            bytesOut += packet.bytes.count
            try require(count < Self.packetLimit, "it does not come to rest")
            sent.append(packet)
            if sent.count > 2 * Self.keptPackets { sent.removeFirst(Self.keptPackets) }
            machine.sent(packet)
        }
    }

    private mutating func next() -> Sent? {
        machine.drainEvents(at: now)
        var path: Path?
        let bytes = [UInt8](capacity: 1_500) { packet in path = machine.pollTransmit(into: &packet, at: now) }
        return path.map { Sent(path: $0, bytes: bytes) }
    }
}
