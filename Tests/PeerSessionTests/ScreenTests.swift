import PeerSession
import ScreenCodec
import Testing
import WireFormat

/// The sender's and the receiver's half of the screen against each other.
@Suite struct ScreenTests {
    @Test(arguments: [0.0, 0.02, 0.2, 0.5], [UInt64(1), 2, 3])
    func `at rest the picture is the host's, and no claim of exactness is wrong`(_ loss: Double, _ seed: UInt64) {
        var pipe = ScreenPipe(width: 150, height: 90, loss: loss, seed: seed)
        for round in 0..<40 {
            pipe.draw()
            for _ in 0..<round % 12 { pipe.step(burst: 2) }
        }
        let isQuiet = pipe.rest()
        #expect(isQuiet, "seed \(seed), loss \(loss): never quiet")
        #expect(pipe.isEqual, "seed \(seed), loss \(loss)")
        #expect(pipe.receiver.isExact, "seed \(seed), loss \(loss)")
        #expect(pipe.sender.isSettled)
        #expect(pipe.wrongClaims == 0, "seed \(seed), loss \(loss)")
        #expect(pipe.receiver.malformedCount == 0)
        // So few datagrams that a fiftieth of them may be none.
        #expect(pipe.lostCount > 0 || loss < 0.2)
        #expect(pipe.lostCount == 0 || loss > 0)
    }

    @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6])
    func `resizes in flight end in the newest size and picture`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pipe = ScreenPipe(width: 64, height: 64, loss: 0.15, seed: seed)
        for _ in 0..<20 {
            pipe.draw()
            for _ in 0..<Int.random(in: 0...6, using: &random) { pipe.step(burst: 2) }
            pipe.resize(
                width: Int.random(in: 1...200, using: &random), height: Int.random(in: 1...120, using: &random))
            for _ in 0..<Int.random(in: 0...30, using: &random) { pipe.step(burst: 2) }
        }
        let isQuiet = pipe.rest()
        #expect(isQuiet, "seed \(seed): never quiet")
        #expect(pipe.isEqual, "seed \(seed)")
        #expect(pipe.receiver.isExact, "seed \(seed)")
        #expect(pipe.wrongClaims == 0, "seed \(seed)")
    }

    /// Fills one datagram.
    private func fill(_ sender: inout ScreenSender, _ packetNumber: UInt64, room: Int = 1_200) -> [UInt8]? {
        var isWritten = false
        let content = [UInt8](capacity: room) { output in
            isWritten = sender.fill(&output, packetNumber: packetNumber, at: .zero)
        }
        return isWritten ? content : nil
    }

    @Test func `a lost datagram's tiles go again, as they look by then`() throws {
        var sender = ScreenSender(width: 32, height: 16)
        var receiver = ScreenReceiver()
        var picture = [UInt32](repeating: 0xFF00_00FF, count: 32 * 16)
        let all = Rectangle(x: 0, y: 0, width: 32, height: 16)
        sender.update(pixels: picture.span, stride: 32, damage: all)
        _ = try #require(fill(&sender, 5))
        #expect(!sender.hasContent)
        picture[0] = 0xFF12_3456
        sender.update(pixels: picture.span, stride: 32, damage: all)
        sender.lost(packetNumber: 5)
        let second = try #require(fill(&sender, 6))
        receiver.received(second.span, packetNumber: 6, at: .zero)
        #expect(receiver.isComplete)
        #expect(receiver.isExact)
        let first = receiver.decoder.pixels[0]
        #expect(first & 0xFF_FFFF == 0x12_3456)
    }

    @Test func `nothing follows what arrived`() throws {
        var sender = ScreenSender(width: 32, height: 16)
        var receiver = ScreenReceiver()
        let first = try #require(fill(&sender, 0))
        receiver.received(first.span, packetNumber: 0, at: .zero)
        #expect(receiver.isExact)
        sender.acknowledged(packetNumber: 0)
        #expect(!sender.hasContent)
    }

    @Test func `a viewer that missed a datagram is exact once it has its tiles`() throws {
        var sender = ScreenSender(width: 32, height: 16)
        var receiver = ScreenReceiver()
        let first = try #require(fill(&sender, 0))
        receiver.received(first.span, packetNumber: 0, at: .zero)

        var picture = [UInt32](repeating: 0xFF00_00FF, count: 32 * 16)
        let left = Rectangle(x: 0, y: 0, width: 16, height: 16)
        sender.update(pixels: picture.span, stride: 32, damage: left)
        _ = try #require(fill(&sender, 1))
        for row in 0..<16 { picture[row * 32 + 20] = 0xFF00_FF00 }
        sender.update(pixels: picture.span, stride: 32, damage: Rectangle(x: 16, y: 0, width: 16, height: 16))
        let third = try #require(fill(&sender, 2))
        receiver.received(third.span, packetNumber: 2, at: .zero)
        // Nothing is to come, but the datagram between was not seen.
        #expect(!receiver.isExact)
        sender.acknowledged(packetNumber: 0)
        sender.acknowledged(packetNumber: 2)
        sender.lost(packetNumber: 1)
        let fourth = try #require(fill(&sender, 3))
        receiver.received(fourth.span, packetNumber: 3, at: .zero)
        #expect(receiver.decoder.pixels[0] & 0xFF_FFFF == 0x0000FF)
        #expect(receiver.isExact)
        sender.acknowledged(packetNumber: 3)
        #expect(!sender.hasContent)
    }

    @Test(arguments: [false, true])
    func `a viewer that missed what was sent anew is exact only after the marker`(_ isKnownBefore: Bool) throws {
        var sender = ScreenSender(width: 32, height: 16)
        var receiver = ScreenReceiver()
        let all = Rectangle(x: 0, y: 0, width: 32, height: 16)
        var contents: [[UInt8]] = []
        for number in 0..<4 as Range<UInt64> {
            let picture = [UInt32](repeating: 0xFF00_0000 | UInt32(number + 1), count: 32 * 16)
            sender.update(pixels: picture.span, stride: 32, damage: all)
            // The second is lost, which is known before the last is written, or only afterwards; the first is under way.
            if isKnownBefore, number == 3 { sender.lost(packetNumber: 1) }
            let content = try #require(fill(&sender, number))
            contents.append(content)
            if number != 1 { receiver.received(content.span, packetNumber: number, at: .zero) }
        }
        #expect(!receiver.isExact)
        if !isKnownBefore { sender.lost(packetNumber: 1) }
        for number in [0, 2, 3] as [UInt64] { sender.acknowledged(packetNumber: number) }
        #expect(sender.hasContent)
        let marker = try #require(fill(&sender, 4))
        #expect(marker.count == 3)
        sender.lost(packetNumber: 4)
        #expect(sender.hasContent, "a lost marker goes again")
        let second = try #require(fill(&sender, 5))
        receiver.received(second.span, packetNumber: 5, at: .zero)
        #expect(receiver.isExact)
        sender.acknowledged(packetNumber: 5)
        #expect(!sender.hasContent)
    }

    @Test func `reports are acted upon at once, and then no more often than is cheap`() throws {
        var sender = ScreenSender(width: 32, height: 16)
        let nothing: [UInt8] = []
        _ = try #require(fill(&sender, 0))
        sender.received(nothing.span, packetNumber: 0, at: .zero)
        #expect(sender.isBehind)
        _ = try #require(fill(&sender, 1))
        for number in 1..<100 as Range<UInt64> { sender.received(nothing.span, packetNumber: number, at: .zero) }
        #expect(!sender.isBehind)
        let due = try #require(sender.nextDeadline)
        #expect(due == .zero + .milliseconds(2))
        sender.advance(to: due)
        #expect(sender.isBehind)
        #expect(sender.nextDeadline == nil)
        _ = try #require(fill(&sender, 2))
        // More editions than are kept, though none of them was ever sent, are taken for all.
        let report = [UInt8](repeating: 7, count: 8 * 140)
        for number in 100..<108 as Range<UInt64> { sender.received(report.span, packetNumber: number, at: due) }
        sender.advance(to: due + .milliseconds(2))
        #expect(sender.isBehind)
    }

    @Test func `too small a datagram takes nothing and costs nothing`() {
        var sender = ScreenSender(width: 64, height: 64)
        let content = fill(&sender, 0, room: 700)
        #expect(content == nil)
        #expect(sender.hasContent)
        #expect(!sender.isSettled)
    }

    @Test func `mutated and random datagrams never trap and are counted`() throws {
        var random = SeededRandom(seed: 21)
        var sender = ScreenSender(width: 100, height: 60)
        var receiver = ScreenReceiver()
        let good = try #require(fill(&sender, 0))
        for (index, mutation) in Bytes.mutations(of: good, random: &random, count: 1_500).enumerated() {
            receiver.received(mutation.span, packetNumber: UInt64(index), at: .zero)
        }
        #expect(receiver.datagramCount == 1_500)
        #expect(receiver.malformedCount > 100)
    }
}
