import SecureChannel
import WireFormat

/// Processor time to seal and to open records of 1,200 bytes, beside libsodium's own calls on the same bytes.
package struct RecordMeter {
    private static let plaintextBytes = 1_200
    /// Few enough that they stay in the processor's cache between sealing and opening.
    private static let batch = 16
    private static let batchesPerRound = 250
    private static let rounds = 15

    private let cipher: RecordCipher

    package init(cipher: RecordCipher) { self.cipher = cipher }

    /// Nanoseconds for a packet, round by round.
    package struct Figures {
        package var seal = Distribution()
        var open = Distribution()
        var bareSeal = Distribution()
        package var bareOpen = Distribution()

        /// How fast sealing is, of libsodium's speed, by medians.
        package var sealOfBare: Double { Self.ratio(bareSeal, seal) }
        package var openOfBare: Double { Self.ratio(bareOpen, open) }

        private static func ratio(_ bare: Distribution, _ own: Distribution) -> Double {
            (bare.percentile(50) ?? 0) / max(own.percentile(50) ?? 0, 1)
        }
    }

    package func measure(seed: UInt64) throws -> Figures {
        var random = SeededRandom(seed: seed)
        let plaintext = random.bytes(count: Self.plaintextBytes)
        var (viewer, host) = try layers(&random)
        let capacity = Self.plaintextBytes + viewer.maximumOverhead
        let bare = BareCipher(cipher, plaintextBytes: plaintext.count)
        // As long as a record's: its first byte, the connection identifier, the packet number.
        let header = [UInt8](repeating: 1, count: viewer.maximumOverhead - BareCipher.tagBytes)
        let records = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity * Self.batch)
        let opened = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: capacity)
        records.initialize(repeating: 0)
        opened.initialize(repeating: 0)
        defer {
            records.deallocate()
            opened.deallocate()
        }
        var counts = [Int](repeating: 0, count: Self.batch)
        var bareOpened = [UInt8](repeating: 0, count: plaintext.count)
        var figures = Figures()
        var number: UInt64 = 0
        for _ in 0..<Self.rounds {
            var times = [UInt64](repeating: 0, count: 4)
            for _ in 0..<Self.batchesPerRound {
                var clock = ProcessorClock.processNanoseconds
                func lap(_ index: Int) {
                    let now = ProcessorClock.processNanoseconds
                    times[index] += now - clock
                    clock = now
                }
                for slot in 0..<Self.batch {
                    let place = UnsafeMutableBufferPointer(rebasing: records[slot * capacity..<(slot + 1) * capacity])
                    var output = OutputSpan(buffer: place, initializedCount: 0)
                    try viewer.seal(plaintext.span, packetNumber: number, into: &output)
                    counts[slot] = output.finalize(for: place)
                    number += 1
                }
                lap(0)
                for slot in 0..<Self.batch {
                    let start = slot * capacity
                    let record = UnsafeBufferPointer(rebasing: records[start..<start + counts[slot]])
                    var output = OutputSpan(buffer: opened, initializedCount: 0)
                    _ = try host.open(record.span, into: &output)
                    _ = output.finalize(for: opened)
                }
                lap(1)
                for _ in 0..<Self.batch { bare.seal(plaintext, header: header, number: number) }
                lap(2)
                for _ in 0..<Self.batch {
                    guard bare.open(into: &bareOpened, header: header) else { throw RecordFailure.forged }
                }
                lap(3)
                viewer.acknowledge(number - 1)
            }
            let packets = Double(Self.batch * Self.batchesPerRound)
            figures.seal.record(Double(times[0]) / packets)
            figures.open.record(Double(times[1]) / packets)
            figures.bareSeal.record(Double(times[2]) / packets)
            figures.bareOpen.record(Double(times[3]) / packets)
            guard opened.prefix(plaintext.count).elementsEqual(plaintext), bareOpened == plaintext else {
                throw RecordFailure.forged
            }
        }
        return figures
    }

    private func layers(_ random: inout SeededRandom) throws -> (RecordLayer, RecordLayer) {
        let keys = HandshakeKind.Cast(&random)
        let prologue = Prologue(sessionIdentifier: [1])
        let ciphers = RecordCiphers(cipher)
        var viewer = Handshake.initiator(
            pinned: keys.host.publicKey, keys: keys.viewer, prologue: prologue, ciphers: ciphers, random: &random)
        var host = Handshake.responder(
            pinnedKeys: keys.host, prologue: prologue, ciphers: ciphers, random: &random)
        let nothing: [UInt8] = []
        let offer = try viewer.writeMessage(payload: nothing.span)
        _ = try host.readMessage(offer.span)
        let answer = try host.writeMessage(payload: nothing.span)
        _ = try viewer.readMessage(answer.span)
        guard viewer.cipher == cipher else { throw HandshakeFailure.unexpected }
        return (try viewer.recordLayer(), try host.recordLayer())
    }
}
