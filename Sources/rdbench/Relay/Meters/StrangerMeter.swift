import Foundation
import STUN
import WireFormat

/// What a relay keeps of, and sends back to, somebody who shows no credentials: Allocate requests as short as they may
/// be, each from another address.
struct StrangerMeter {
    struct Figures {
        let requests: Int
        let bytesSent: Int
        let bytesBack: Int
        let residentBytesKept: Int

        var bytesBackPerByte: Double { Double(bytesBack) / Double(max(1, bytesSent)) }
        var bytesKeptEach: Double { Double(max(0, residentBytesKept)) / Double(max(1, requests)) }
    }

    static let requests = 2_000
    /// The first ones have a relay touch whatever it touches once.
    private static let warmUp = 200
    private static let atOnce = 16
    private static let pauseMicroseconds: UInt32 = 8_000
    private static let lastPauses = 25
    private static let firstStranger: UInt32 = 0x7F03_0001

    let stage: RelayStage
    let seed: UInt64

    func measure() -> Figures {
        var random = SeededRandom(seed: seed)
        _ = ask(0..<Self.warmUp, &random)
        let before = stage.program.residentBytes
        let bytes = ask(Self.warmUp..<Self.warmUp + Self.requests, &random)
        return Figures(
            requests: Self.requests, bytesSent: bytes.sent, bytesBack: bytes.back,
            residentBytesKept: stage.program.residentBytes - before)
    }

    private func ask(_ range: Range<Int>, _ random: inout SeededRandom) -> (sent: Int, back: Int) {
        let none = UnsafeRawBufferPointer(start: nil, count: 0)
        let server = (ip: stage.program.server.ip.bits, port: stage.program.server.port)
        var bytes = (sent: 0, back: 0)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: Self.atOnce) {
            for number in start..<min(start + Self.atOnce, range.upperBound) {
                let request = Self.request(&random)
                request.withUnsafeBytes { request in
                    stage.clientSocket.queue((request, none), from: Self.firstStranger + UInt32(number), to: server)
                    stage.clientSocket.flush()
                }
                bytes.sent += request.count
            }
            bytes.back += pause()
        }
        for _ in 0..<Self.lastPauses { bytes.back += pause() }
        return bytes
    }

    /// - Returns: how many bytes came meanwhile.
    private func pause() -> Int {
        usleep(Self.pauseMicroseconds)
        var bytes = 0
        while stage.clientSocket.receive({ bytes += $0.bytes.count }) > 0 {}
        return bytes
    }

    /// An Allocate as short as it may be.
    static func request(_ random: inout SeededRandom) -> [UInt8] {
        [UInt8](capacity: 64) { packet in
            var message = MessageBuilder(
                .request, .allocate, transaction: TransactionIdentifier(random: &random), into: &packet)
            message.add(.requestedTransport, leading: 17, to: &packet)
            _ = message.finish(&packet)
        }
    }
}
