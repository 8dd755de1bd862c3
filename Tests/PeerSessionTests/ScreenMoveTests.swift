import PeerSession
import ScreenCodec
import Testing
import WireFormat

/// Scrolls and drags go out as moves, and no loss, delay or order of datagrams makes the picture a wrong one.
@Suite struct ScreenMoveTests {
    @Test(arguments: [0.0, 0.01, 0.1, 0.4], [UInt64(1), 2, 3, 4, 5])
    func `at rest the picture is the host's, whatever moved and was lost`(_ loss: Double, _ seed: UInt64) {
        var pipe = ScreenPipe(width: 320, height: 208, loss: loss, seed: seed)
        for _ in 0..<6 { pipe.draw() }
        _ = pipe.rest()
        for round in 0..<40 {
            if round % 4 == 3 { pipe.draw() }
            pipe.shift()
            for _ in 0..<round % 9 { pipe.step(burst: 20) }
        }
        let isQuiet = pipe.rest(limit: 20_000)
        #expect(isQuiet, "seed \(seed), loss \(loss): never quiet")
        #expect(pipe.isEqual, "seed \(seed), loss \(loss)")
        #expect(pipe.receiver.isExact, "seed \(seed), loss \(loss)")
        #expect(pipe.wrongClaims == 0, "seed \(seed), loss \(loss)")
        #expect(pipe.receiver.malformedCount == 0)
        #expect(pipe.sender.moveCount > 20, "seed \(seed), loss \(loss): \(pipe.sender.moveCount) moves")
    }

    @Test(arguments: [UInt64(1), 2, 3, 4])
    func `moves and changes of size in flight`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var pipe = ScreenPipe(width: 200, height: 128, loss: 0.1, seed: seed)
        for _ in 0..<12 {
            pipe.draw()
            for _ in 0..<Int.random(in: 0...30, using: &random) { pipe.step(burst: 20) }
            pipe.shift()
            for _ in 0..<Int.random(in: 0...4, using: &random) { pipe.step(burst: 2) }
            pipe.resize(
                width: Int.random(in: 64...300, using: &random), height: Int.random(in: 64...200, using: &random))
            pipe.shift()
        }
        let isQuiet = pipe.rest(limit: 20_000)
        #expect(isQuiet, "seed \(seed): never quiet")
        #expect(pipe.isEqual, "seed \(seed)")
        #expect(pipe.receiver.isExact, "seed \(seed)")
        #expect(pipe.wrongClaims == 0, "seed \(seed)")
    }

    private struct Pair {
        var sender = ScreenSender(width: 320, height: 192)
        var receiver = ScreenReceiver()
        var picture = [UInt32](repeating: 0, count: 320 * 192)
        var packetNumber: UInt64 = 0

        init(seed: UInt64) {
            var random = SeededRandom(seed: seed)
            for index in picture.indices { picture[index] = UInt32(truncatingIfNeeded: random.next()) & 0xFF_FFFF }
            update()
        }

        mutating func update() {
            let pixels = picture
            let all = Rectangle(x: 0, y: 0, width: 320, height: 192)
            sender.update(pixels: pixels.span, stride: 320, damage: all)
        }

        /// Scrolls up, and draws one colour below.
        mutating func scroll(by rows: Int) {
            picture.removeFirst(rows * 320)
            picture += [UInt32](repeating: 0x123456, count: rows * 320)
            update()
        }

        /// All that the sender has to say, each packet with its number.
        mutating func datagrams() -> [(number: UInt64, content: [UInt8])] {
            var datagrams: [(number: UInt64, content: [UInt8])] = []
            while sender.hasContent {
                var isWritten = false
                let content = [UInt8](capacity: 1_164) { output in
                    isWritten = sender.fill(&output, packetNumber: packetNumber, at: .zero)
                }
                guard isWritten else { break }
                datagrams.append((packetNumber, content))
                packetNumber += 1
            }
            return datagrams
        }

        mutating func deliver(_ datagrams: [(number: UInt64, content: [UInt8])]) {
            for datagram in datagrams {
                receiver.received(datagram.content.span, packetNumber: datagram.number, at: .zero)
            }
        }

        var isEqual: Bool {
            receiver.decoder.pixels.withUnsafeBufferPointer { pixels in
                picture.indices.allSatisfy { pixels[$0] & 0xFF_FFFF == picture[$0] }
            }
        }
    }

    @Test func `a scrolled screen is two datagrams`() {
        var pair = Pair(seed: 1)
        let first = pair.datagrams()
        #expect(first.count > 100)
        pair.deliver(first)
        for datagram in first { pair.sender.acknowledged(packetNumber: datagram.number) }
        pair.deliver(pair.datagrams())
        pair.scroll(by: 48)
        let second = pair.datagrams()
        #expect(second.count <= 2, "one of moves, and what the moves left of tiles")
        pair.deliver(second)
        #expect(pair.isEqual)
        #expect(pair.receiver.isExact)
    }

    @Test func `a move of what never came is refused, reported, and made good by tiles`() {
        var pair = Pair(seed: 2)
        let first = pair.datagrams()
        pair.scroll(by: 32)
        let second = pair.datagrams()
        let missing = first.count / 2
        pair.deliver(first.enumerated().filter { $0.offset != missing }.map(\.element))
        pair.deliver(second)
        #expect(!pair.receiver.isExact)
        #expect(pair.receiver.decoder.missedCount > 0)
        #expect(pair.receiver.hasContent)
        var report: [UInt8] = []
        report = [UInt8](capacity: 1_164) { output in
            _ = pair.receiver.fill(&output, packetNumber: 0, at: .zero)
        }
        #expect(report.count % 4 == 0 && !report.isEmpty)
        pair.sender.received(report.span, packetNumber: 0, at: .zero)
        for datagram in first + second {
            if datagram.number == first[missing].number {
                pair.sender.lost(packetNumber: datagram.number)
            } else {
                pair.sender.acknowledged(packetNumber: datagram.number)
            }
        }
        let third = pair.datagrams()
        #expect(third.count < first.count / 2, "only what the move would have brought goes again")
        pair.deliver(third)
        for datagram in third { pair.sender.acknowledged(packetNumber: datagram.number) }
        pair.deliver(pair.datagrams())
        #expect(pair.isEqual)
        #expect(pair.receiver.isExact)
    }

    @Test func `a lost move goes again as tiles`() {
        var pair = Pair(seed: 3)
        let first = pair.datagrams()
        pair.deliver(first)
        for datagram in first { pair.sender.acknowledged(packetNumber: datagram.number) }
        pair.deliver(pair.datagrams())
        pair.scroll(by: 32)
        for datagram in pair.datagrams() { pair.sender.lost(packetNumber: datagram.number) }
        let again = pair.datagrams()
        #expect(again.count > 50)
        pair.deliver(again)
        #expect(pair.isEqual)
    }

    @Test func `senseless reports cost tiles, never more`() {
        var pair = Pair(seed: 4)
        pair.deliver(pair.datagrams())
        var random = SeededRandom(seed: 4)
        for length in 0..<40 {
            pair.sender.received(random.bytes(count: length).span, packetNumber: UInt64(length), at: .zero)
        }
        pair.deliver(pair.datagrams())
        #expect(pair.isEqual)
    }

    @Test func `reports are repeated until they are heard, and bounded`() {
        var refused = Pair(seed: 5)
        let first = refused.datagrams()
        refused.deliver([first[0]])
        refused.scroll(by: 32)
        refused.deliver(refused.datagrams())
        #expect(refused.receiver.hasContent)
        var report = [UInt8](capacity: 64) { output in
            _ = refused.receiver.fill(&output, packetNumber: 9, at: .zero)
        }
        #expect(!refused.receiver.hasContent)
        refused.receiver.lost(packetNumber: 9)
        #expect(refused.receiver.hasContent)
        let again = [UInt8](capacity: 64) { output in
            _ = refused.receiver.fill(&output, packetNumber: 10, at: .zero)
        }
        #expect(report == again)
        refused.receiver.acknowledged(packetNumber: 10)
        #expect(!refused.receiver.hasContent)
        report.removeAll()
    }
}
