import Foundation
import SecureChannel
import Testing
import WireFormat

@Suite struct RecordLayerTests {
    static let left = ConnectionIdentifier(0x0A0B_0C0D, count: 4)
    static let right = ConnectionIdentifier(0x11, count: 1)

    /// Those that this processor has.
    static let ciphers = RecordCipher.allCases.filter { RecordCiphers.available.contains(RecordCiphers($0)) }

    #if arch(x86_64)
        /// Where the processor has no AES the tests of its records are fewer; not where it counts.
        @Test(.enabled(if: ProcessInfo.processInfo.environment["CI"] == "true", "CI's processors have AES"))
        func testsAllCiphers() { #expect(Self.ciphers == RecordCipher.allCases) }
    #endif

    /// Two layers that talk to each other.
    static func layers(
        _ cipher: RecordCipher = .chaCha20Poly1305, packetsPerKey: UInt64 = 1 << 22, packetLimit: UInt64? = nil
    ) -> (RecordLayer, RecordLayer) {
        var random = SeededRandom(seed: 77)
        let first = random.bytes(count: 32)
        let second = random.bytes(count: 32)
        return (
            RecordLayer(
                sendingSecret: first, receivingSecret: second, cipher: cipher, local: left, remote: right,
                packetsPerKey: packetsPerKey, packetLimit: packetLimit),
            RecordLayer(
                sendingSecret: second, receivingSecret: first, cipher: cipher, local: right, remote: left,
                packetsPerKey: packetsPerKey, packetLimit: packetLimit)
        )
    }

    /// The reference implementation's vector for 16 bytes, https://github.com/veorq/SipHash, vectors.h, `vectors_sip64`.
    @Test func masksAsSipHashsVector() {
        let counting = (0..<16).map { UInt8($0) }
        #expect(HeaderProtection.mask(key: counting, sample: counting) == 0x3F2A_CC7F_57C2_9BDB)
    }

    @Test(arguments: Self.ciphers) func carriesEverySizeBothWays(_ cipher: RecordCipher) throws {
        var (a, b) = Self.layers(cipher)
        for size in 0...1_500 {
            let plaintext = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            let there = try a.seal(plaintext, UInt64(size))
            #expect(there.count <= size + a.maximumOverhead)
            #expect(DatagramKind(firstByte: there[0]) == .record)
            let opened = try b.open(there)
            #expect(opened.plaintext == plaintext && opened.number == UInt64(size))
            let back = try b.seal(plaintext, UInt64(size) + 10)
            let answer = try a.open(back)
            #expect(answer.plaintext == plaintext && answer.number == UInt64(size) + 10)
        }
        #expect(a.counters.sealed == 1_501 && a.counters.opened == 1_501 && b.counters.opened == 1_501)
    }

    @Test func appendsBehindWhatIsThere() throws {
        var (a, b) = Self.layers()
        let datagram = [UInt8](capacity: 100) { output in
            output.append(0x40)
            let plaintext: [UInt8] = [1, 2, 3]
            try? a.seal(plaintext.span, packetNumber: 9, into: &output)
        }
        #expect(datagram[0] == 0x40)
        #expect(try b.open(Array(datagram.dropFirst())).plaintext == [1, 2, 3])
    }

    @Test func namesItsConnection() throws {
        var (a, b) = Self.layers()
        let record = try a.seal([1], 0)
        #expect(ConnectionIdentifier(of: record.span, count: 1) == Self.right)
        #expect(ConnectionIdentifier(of: record.span, count: 5) == nil)
        let handshake: [UInt8] = [0xC1, 1, 2, 3, 4]
        #expect(ConnectionIdentifier(of: handshake.span, count: 4) == nil)
        var other = record
        other[1] ^= 1
        #expect(throws: RecordFailure.otherConnection) { try b.open(other) }
        #expect(b.counters.malformed == 1)
    }

    @Test func hidesPlaintextNumbersAndPhases() throws {
        var (a, _) = Self.layers()
        let plaintext = Array("the quick brown fox jumps over the lazy dog".utf8)
        var records: Set<[UInt8]> = []
        var firstBytes: Set<UInt8> = []
        var numberBytes: Set<UInt8> = []
        for number: UInt64 in 0..<500 {
            let record = try a.seal(plaintext, number)
            #expect(!record.contains(Array(plaintext.prefix(4))))
            records.insert(record)
            firstBytes.insert(record[0])
            numberBytes.insert(record[2])
            a.acknowledge(number)
        }
        // The same plaintext never gives the same record, and masked fields take all kinds of values.
        #expect(records.count == 500)
        #expect(firstBytes.count > 40 && firstBytes.allSatisfy { 0x80...0xBF ~= $0 })
        #expect(numberBytes.count > 150)
    }

    @Test func sealsOnlyRisingNumbers() throws {
        var (a, b) = Self.layers()
        _ = try a.seal([1], 5)
        for number: UInt64 in [5, 4, 0] {
            #expect(throws: RecordFailure.numberNotAbove) { try a.seal([1], number) }
        }
        #expect(try b.open(a.seal([2], 6)).number == 6)
        #expect(a.counters.sealed == 2)
    }

    @Test func refusesNumbersThatCannotBeCompleted() throws {
        var (a, b) = Self.layers()
        #expect(throws: RecordFailure.numberTooHigh) { try a.seal([1], 1 << 31) }
        #expect(throws: RecordFailure.numberTooHigh) { try a.seal([1], .max) }
        #expect(try b.open(a.seal([1], 1 << 31 - 2)).number == 1 << 31 - 2)
        a.acknowledge(1 << 31 - 2)
        #expect(try b.open(a.seal([1], 1 << 32 - 4)).number == 1 << 32 - 4)
        // An acknowledgement of what was never sent counts for nothing.
        a.acknowledge(.max)
        #expect(throws: RecordFailure.numberTooHigh) { try a.seal([1], 1 << 34) }
    }

    @Test func leavesEverythingAsItWasWithoutRoom() throws {
        var (a, b) = Self.layers()
        let plaintext = [UInt8](repeating: 3, count: 50)
        let nothing = [UInt8](capacity: 60) { output in
            do throws(RecordFailure) {
                try a.seal(plaintext.span, packetNumber: 0, into: &output)
            } catch { #expect(error == .noRoom) }
        }
        #expect(nothing.isEmpty)
        let record = try a.seal(plaintext, 0)
        let small = [UInt8](capacity: 49) { output in
            do throws(RecordFailure) {
                _ = try b.open(record.span, into: &output)
            } catch { #expect(error == .noRoom) }
        }
        #expect(small.isEmpty)
        #expect(try b.open(record).plaintext == plaintext)
    }

    @Test(arguments: [0, 1, 3, 40], Self.ciphers)
    func dropsEveryAlteredByte(_ size: Int, _ cipher: RecordCipher) throws {
        var (a, b) = Self.layers(cipher)
        let record = try a.seal(Array(repeating: 9, count: size), 3)
        for index in record.indices {
            for bit in 0..<8 {
                var altered = record
                altered[index] ^= 1 << bit
                #expect(throws: RecordFailure.self) { try b.open(altered) }
            }
        }
        #expect(b.counters.opened == 0)
        let dropped = b.counters
        #expect(dropped.forged + dropped.malformed + dropped.replayed + dropped.tooOld == UInt64(record.count * 8))
        #expect(try b.open(record).number == 3)
    }

    @Test func dropsShortLongAndReflectedRecords() throws {
        var (a, b) = Self.layers()
        let record = try a.seal(Array(repeating: 9, count: 30), 3)
        for count in 0..<record.count {
            #expect(throws: RecordFailure.self) { try b.open(Array(record.prefix(count))) }
        }
        #expect(throws: RecordFailure.forged) { try b.open(record + [0]) }
        #expect(throws: RecordFailure.self) { try a.open(record) }
        #expect(throws: RecordFailure.malformed) { try b.open([]) }
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>) func survivesRandomDatagrams(_ seed: UInt64) throws {
        var (a, b) = Self.layers()
        var random = SeededRandom(seed: seed)
        _ = try b.open(a.seal([1], 1))
        for _ in 0..<2_000 {
            let count = Int.random(in: 0...80, using: &random)
            var noise = random.bytes(count: count)
            if count > 1, Bool.random(using: &random) {
                noise[0] = 0x80 | noise[0] & 0x3F
                noise[1] = 0x11
            }
            #expect(throws: RecordFailure.self) { try b.open(noise) }
        }
        #expect(try b.open(a.seal([2], 2)).plaintext == [2])
        #expect(b.counters.opened == 2)
    }

    @Test func opensEachRecordOnceInAnyOrder() throws {
        var (a, b) = Self.layers()
        var random = SeededRandom(seed: 4)
        let records = try (0..<3_000).map { try a.seal([UInt8(truncatingIfNeeded: $0)], UInt64($0)) }
        for index in Array(records.indices).shuffled(using: &random) {
            #expect(try b.open(records[index]).number == UInt64(index))
            #expect(throws: RecordFailure.replayed) { try b.open(records[index]) }
        }
        #expect(b.counters.opened == 3_000 && b.counters.replayed == 3_000)
    }

    @Test func dropsWhatIsBelowTheWindow() throws {
        var (a, b) = Self.layers()
        let old = try a.seal([1], 0)
        let edge = try a.seal([2], 1)
        _ = try b.open(a.seal([3], ReplayWindow.size))
        #expect(throws: RecordFailure.tooOld) { try b.open(old) }
        #expect(try b.open(edge).plaintext == [2])
        #expect(b.counters.tooOld == 1)
    }
}
