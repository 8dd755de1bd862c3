import STUN
import TURN
import Testing
import WireFormat

@Suite struct FramingTests {
    private func message(_ size: Int) -> [UInt8] {
        [UInt8](capacity: 3_000) { packet in
            let transaction = TransactionIdentifier(high: 1, low: 2)
            var message = MessageBuilder(.indication, .data, transaction: transaction, into: &packet)
            message.add(.data, String(repeating: "x", count: size), to: &packet)
            _ = message.finish(&packet)
        }
    }

    private func channelData(_ size: Int) -> [UInt8] {
        [0x40, 1, UInt8(size >> 8), UInt8(size & 255)] + Array(repeating: 7, count: (size + 3) & ~3)
    }

    @Test(arguments: 0..<20)
    func anyChunkingGivesTheSameFrames(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let frames = (0..<50).map { _ in
            let size = Int(random.next() % 1_300)
            return random.next() % 2 == 0 ? message(size) : channelData(size)
        }
        var stream = frames.flatMap { $0 }[...]
        var buffer = FrameBuffer()
        var found: [[UInt8]] = []
        while !stream.isEmpty {
            let chunk = Array(stream.prefix(1 + Int(random.next() % 3_000)))
            stream = stream.dropFirst(chunk.count)
            buffer.append(chunk)
            while let frame = try buffer.next() { found.append(frame) }
            #expect(buffer.pending.count < 1_400)
        }
        #expect(found == frames && buffer.pending.isEmpty)
    }

    @Test(arguments: [[0x80, 0, 0, 0], [0x16, 3, 1, 2], [0x47, 0x45, 0x54, 0x20], [0, 1, 0, 3]] as [[UInt8]])
    func streamsOfOthersFail(bytes: [UInt8]) {
        var buffer = FrameBuffer()
        buffer.append(bytes)
        let isHTTP = bytes[0] == 0x47
        #expect(throws: isHTTP ? StreamDeframer.Failure.frameTooLong : .unknownFrame) {
            try buffer.next()
        }
    }

    @Test func longFramesFail() {
        var buffer = FrameBuffer(limit: 100)
        let frame = channelData(97)
        buffer.append(frame)
        #expect(throws: StreamDeframer.Failure.frameTooLong) { try buffer.next() }
    }

    @Test func channelDataIsRead() {
        let padded = channelData(5)
        let frame = ChannelData(padded.span)
        #expect(frame?.channel == 0x4001 && frame?.payload == 4..<9)
        let exact = Array(padded.prefix(9))
        #expect(ChannelData(exact.span)?.payload == 4..<9)
        for bad in [Array(padded.prefix(8)), padded + [0], [0x80, 0, 0, 0], [0x3F, 0xFF, 0, 0], [0x40, 0, 0], []] {
            let bytes: [UInt8] = bad
            #expect(ChannelData(bytes.span) == nil)
        }
        let last: [UInt8] = [0x4F, 0xFF, 0, 0]
        #expect(ChannelData(last.span)?.channel == 0x4FFF)
    }
}
