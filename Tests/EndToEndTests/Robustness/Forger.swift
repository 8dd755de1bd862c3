import WireFormat

/// Makes datagrams that no peer sent: random bytes, and such that look like each of the protocols on a port, the
/// same for the same seed.
struct Forger {
    private var random: SeededRandom
    /// What the ports answered, to be sent back changed.
    private var answers: [[UInt8]] = []

    private static let answerLimit = 64
    private static let stunMethods: [UInt16] = [1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13]
    /// Addresses, credentials, lifetimes, data, ICE's attributes, ours, and some that nobody knows.
    private static let stunAttributes: [UInt16] = [
        0x0001, 0x0006, 0x0008, 0x0009, 0x000C, 0x000D, 0x0012, 0x0013, 0x0014, 0x0015, 0x0016, 0x0019, 0x001C, 0x0020,
        0x0024, 0x0025, 0x8022, 0x8028, 0x8029, 0x802A, 0xC0BE, 0xC0BF, 0x7ABC, 0xFABC,
    ]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func note(answer: [UInt8]) {
        if answers.count < Self.answerLimit {
            answers.append(answer)
        } else {
            answers[Int.random(in: 0..<Self.answerLimit, using: &random)] = answer
        }
    }

    mutating func next() -> [UInt8] {
        switch Int.random(in: 0..<9, using: &random) {
        case 0: noise()
        case 8: initiation()
        case 1, 2: stun()
        case 3: channelData()
        case 4, 5: record()
        case 6: mutated(answers.randomElement(using: &random) ?? stun())
        default: mutated(stun())
        }
    }

    private mutating func size() -> Int {
        // Mostly what fits a packet, sometimes nothing, sometimes more than any of ours.
        switch Int.random(in: 0..<16, using: &random) {
        case 0: 0
        case 1: Int.random(in: 1_500...9_000, using: &random)
        default: Int.random(in: 1...1_472, using: &random)
        }
    }

    private mutating func noise() -> [UInt8] { random.bytes(count: size()) }

    /// A record's first byte, and nothing that opens.
    private mutating func record() -> [UInt8] { [UInt8.random(in: 0x80...0xFF, using: &random)] + noise() }

    /// As a viewer begins that comes without a server, to a host whose key the forger does not know.
    private mutating func initiation() -> [UInt8] {
        [0xC1, 0, UInt8.random(in: 1...3, using: &random)] + random.bytes(count: 16) + [0, 1, 0, 200]
            + random.bytes(count: 1_177)
    }

    private mutating func channelData() -> [UInt8] {
        let data = noise()
        let count =
            Bool.random(using: &random) ? UInt16(clamping: data.count) : UInt16.random(in: 0 ... .max, using: &random)
        return bigEndian(UInt16.random(in: 0x4000...0x7FFF, using: &random)) + bigEndian(count) + data
    }

    /// A header that is right, and attributes that may be.
    private mutating func stun() -> [UInt8] {
        var body: [UInt8] = []
        for _ in 0..<Int.random(in: 0...8, using: &random) {
            let type = Self.stunAttributes.randomElement(using: &random) ?? 0
            let value = random.bytes(count: [0, 4, 8, 20, 32, 77].randomElement(using: &random) ?? 0)
            body += bigEndian(type) + bigEndian(UInt16(value.count)) + value
            body += [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
        }
        let method = Self.stunMethods.randomElement(using: &random) ?? 1
        let kind: UInt16 = [0, 0x10, 0x100, 0x110].randomElement(using: &random) ?? 0
        return bigEndian(method | kind) + bigEndian(UInt16(body.count)) + [0x21, 0x12, 0xA4, 0x42]
            + random.bytes(count: 12) + body
    }

    /// Some bits flipped, or an end missing, or more behind it.
    private mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...6, using: &random) where !bytes.isEmpty {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
        case 1: bytes += random.bytes(count: Int.random(in: 0...40, using: &random))
        default: break
        }
        return bytes
    }

    private func bigEndian(_ value: UInt16) -> [UInt8] { [UInt8(value >> 8), UInt8(value & 0xFF)] }

    /// What comes over a connection: as other protocols begin, then noise.
    mutating func nextStream() -> [UInt8] {
        let beginnings: [[UInt8]] = [
            [], Array("GET / HTTP/1.1\r\nHost: x\r\n".utf8),
            Array("POST /room/7 HTTP/1.1\r\nContent-Length: -5\r\n\r\n".utf8),
            Array(
                ("GET /room/7 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n").utf8),
            [0x16, 0x03, 0x01, 0xFF, 0xFF], [0x40, 0x00, 0xFF, 0xFF], [0x00, 0x01, 0xFF, 0xFC],
        ]
        return (beginnings.randomElement(using: &random) ?? []) + next()
    }
}
