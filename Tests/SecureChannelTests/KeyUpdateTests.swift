import SecureChannel
import Testing
import WireFormat

@Suite struct KeyUpdateTests {
    @Test(arguments: RecordLayerTests.ciphers)
    func changesKeysAfterEnoughPacketsInBothDirections(_ cipher: RecordCipher) throws {
        var (a, b) = RecordLayerTests.layers(cipher, packetsPerKey: 5_000)
        for number: UInt64 in 0..<17_000 {
            let there = try b.open(a.seal([1], number)).number
            a.acknowledge(there)
            let back = try a.open(b.seal([2], number)).number
            b.acknowledge(back)
        }
        #expect(a.counters.sendingKeyUpdates == 3 && b.counters.receivingKeyUpdates == 3)
        #expect(b.counters.sendingKeyUpdates == 3 && a.counters.receivingKeyUpdates == 3)
        #expect(a.counters.opened == 17_000 && b.counters.opened == 17_000)
    }

    @Test func followsThePeer() throws {
        var (a, b) = RecordLayerTests.layers()
        _ = try b.open(a.seal([1], 0))
        _ = try a.open(b.seal([1], 0))
        a.updateKeys()
        _ = try b.open(a.seal([1], 1))
        #expect(b.counters.receivingKeyUpdates == 1 && b.counters.sendingKeyUpdates == 0)
        _ = try a.open(b.seal([1], 1))
        #expect(b.counters.sendingKeyUpdates == 1 && a.counters.receivingKeyUpdates == 1)
        // And there it ends: both are in the same generation.
        for number: UInt64 in 2..<20 {
            _ = try b.open(a.seal([1], number))
            _ = try a.open(b.seal([1], number))
        }
        #expect(a.counters.sendingKeyUpdates == 1 && b.counters.sendingKeyUpdates == 1)
    }

    @Test func waitsForAnAcknowledgementUnderThePresentKeys() throws {
        var (a, b) = RecordLayerTests.layers()
        let end = ReplayWindow.size + 1
        _ = try b.open(a.seal([1], 0))
        a.updateKeys()
        // The packet that carries the update is lost, and so are all of a window after it.
        for number in 1...end { _ = try a.seal([1], number) }
        a.updateKeys()
        a.acknowledge(0)
        #expect(try b.open(a.seal([1], end + 1)).number == end + 1)
        #expect(a.counters.sendingKeyUpdates == 1)
        a.acknowledge(end + 1)
        #expect(try b.open(a.seal([1], end + 2)).number == end + 2)
        #expect(a.counters.sendingKeyUpdates == 2 && b.counters.receivingKeyUpdates == 2)
    }

    @Test func waitsForAWindowOfPackets() throws {
        var (a, b) = RecordLayerTests.layers()
        for number in 0...ReplayWindow.size {
            a.updateKeys()
            a.acknowledge(try b.open(a.seal([1], number)).number)
            #expect(a.counters.sendingKeyUpdates == (number == 0 ? 0 : 1))
        }
        a.updateKeys()
        _ = try b.open(a.seal([1], ReplayWindow.size + 1))
        _ = try b.open(a.seal([1], ReplayWindow.size + 2))
        #expect(a.counters.sendingKeyUpdates == 2)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func losesNothingUnderReorderingAndLoss(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var (a, b) = RecordLayerTests.layers(packetsPerKey: 40)
        var flying: [(number: UInt64, record: [UInt8])] = []
        var opened: Set<UInt64> = []
        var lost = 0
        for number: UInt64 in 0..<13_000 {
            flying.append((number, try a.seal([UInt8(truncatingIfNeeded: number)], number)))
            while flying.count > 60 || (!flying.isEmpty && Int.random(in: 0..<4, using: &random) == 0) {
                let (number, record) = flying.remove(at: Int.random(in: flying.indices, using: &random))
                if Int.random(in: 0..<10, using: &random) == 0 {
                    lost += 1
                    continue
                }
                let result = try b.open(record)
                #expect(result.number == number && result.plaintext == [UInt8(truncatingIfNeeded: number)])
                #expect(opened.insert(number).inserted)
                if Bool.random(using: &random) { a.acknowledge(number) }
                if Int.random(in: 0..<5, using: &random) == 0 {
                    #expect(throws: RecordFailure.replayed) { try b.open(record) }
                }
            }
        }
        #expect(opened.count + lost + flying.count == 13_000)
        #expect(a.counters.sendingKeyUpdates >= 3)
        #expect(a.counters.sendingKeyUpdates - b.counters.receivingKeyUpdates <= 1)
        #expect(b.counters.forged == 0)
    }

    @Test func forgetsOldKeysAfterAWindow() throws {
        var (a, b) = RecordLayerTests.layers()
        _ = try b.open(a.seal([1], 0))
        let late = try a.seal([2], 1)
        a.updateKeys()
        let first = try a.seal([3], 2)
        _ = try b.open(a.seal([4], 3))
        #expect(try b.open(late).plaintext == [2])
        _ = try b.open(a.seal([5], 4 + ReplayWindow.size))
        #expect(throws: RecordFailure.tooOld) { try b.open(first) }
        #expect(try b.open(a.seal([6], 5 + ReplayWindow.size)).plaintext == [6])
    }

    @Test func forgeriesMoveNoKeys() throws {
        var (a, b) = RecordLayerTests.layers()
        _ = try b.open(a.seal([1], 0))
        var random = SeededRandom(seed: 8)
        for _ in 0..<5_000 {
            var forged = random.bytes(count: 40)
            forged[0] = 0x80 | forged[0] & 0x3F
            forged[1] = 0x11
            #expect(throws: RecordFailure.self) { try b.open(forged) }
        }
        #expect(b.counters.receivingKeyUpdates == 0 && b.counters.opened == 1)
        #expect(try b.open(a.seal([1], 1)).number == 1)
    }
}
