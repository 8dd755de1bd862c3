import PeerSession
import Testing
import WireFormat

@Suite struct ControlMessageTests {
    static func shape(width: Int, height: Int) -> CursorShape? {
        CursorShape(
            width: width, height: height, hotspotX: width - 1, hotspotY: height / 2,
            pixels: (0..<max(0, width * height)).map { UInt32(truncatingIfNeeded: $0 &* 0x0101_7F03) })
    }

    static func samples() throws -> [ControlMessage] {
        let largest = try #require(shape(width: CursorShape.maximumSide, height: CursorShape.maximumSide))
        let smallest = try #require(shape(width: 1, height: 1))
        return [
            .candidates([]), .candidates([1, 2, 3]), .cursor(smallest), .cursor(largest),
            .inputPolicy(isViewOnly: true), .inputPolicy(isViewOnly: false),
            .timeLimit(seconds: 0), .timeLimit(seconds: .max),
            .paste(.nothing), .paste(PasteLimits(byteLimit: 1 << 40, countLimit: 77)),
            .traversal([2, 1, 0, 0]), .clipboard(.nothing),
            .clipboard(ClipboardOffer(selections: [.clipboard, .primary], byteLimit: 12_345)),
        ]
    }

    /// The body of a framed message, and what its length field says.
    private func unframed(_ framed: [UInt8]) throws -> [UInt8] {
        var reader = ByteReader(framed.span)
        let length = try reader.readVarint()
        let rest = reader.rest.copied()
        #expect(length == UInt64(rest.count))
        return rest
    }

    @Test func `messages come back as they were and fit their limit`() throws {
        for message in try Self.samples() {
            let body = try unframed(message.framed)
            let decoded = try ControlMessage.decode(body.span)
            #expect(decoded == message)
            #expect(body.count <= ControlMessage.maximumSize)
        }
    }

    /// As a peer may send them that has nothing else to do.
    @Test func `many short messages are cut apart as they came`() throws {
        let count = 400_000
        let framed = ControlMessage.recorded.framed
        var deframer = ControlDeframer()
        var taken = 0
        let stream = [UInt8](capacity: count * framed.count) { output in
            for _ in 0..<count { output.append(contentsOf: framed.span) }
        }
        for start in stride(from: 0, to: stream.count, by: 99_999) {
            deframer.append(stream.span.extracting(start..<min(start + 99_999, stream.count)))
            while let message = try deframer.next() { taken += message == .recorded ? 1 : 0 }
        }
        #expect(taken == count)
    }

    @Test func `a message of a later version is skipped, an empty one is malformed`() throws {
        let later: [UInt8] = [200, 1, 2, 3]
        let decoded = try ControlMessage.decode(later.span)
        #expect(decoded == nil)
        #expect(throws: ControlFailure.malformed) { try ControlMessage.decode([UInt8]().span) }
    }

    @Test(arguments: [[UInt8](), [2], [0, 0], [1, 1]]) func `a policy is one bit in one byte`(_ rest: [UInt8]) {
        let body = [3] + rest
        #expect(throws: ControlFailure.malformed) { try ControlMessage.decode(body.span) }
    }

    @Test func `a pointer whose fields do not fit its bytes is malformed`() throws {
        let good = try unframed(ControlMessage.cursor(try #require(Self.shape(width: 3, height: 2))).framed)
        #expect(throws: ControlFailure.malformed) {
            try ControlMessage.decode(good.span.extracting(0..<good.count - 1))
        }
        let longer = good + [0, 0, 0, 0]
        #expect(throws: ControlFailure.malformed) { try ControlMessage.decode(longer.span) }
        // Tag, width, height, hot spot: one that points outside, then a side of 0, then one beyond the limit.
        for (offset, value) in [(3, UInt8(3)), (4, 2), (1, 0), (2, 0), (1, 97)] {
            var wrong = good
            wrong[offset] = value
            #expect(throws: ControlFailure.malformed) { try ControlMessage.decode(wrong.span) }
        }
    }

    @Test func `a shape with sides, spot and pixels that do not fit is none`() {
        #expect(Self.shape(width: 0, height: 1) == nil)
        #expect(Self.shape(width: CursorShape.maximumSide + 1, height: 1) == nil)
        #expect(CursorShape(width: 2, height: 2, hotspotX: 2, hotspotY: 0, pixels: [0, 0, 0, 0]) == nil)
        #expect(CursorShape(width: 2, height: 2, hotspotX: 0, hotspotY: -1, pixels: [0, 0, 0, 0]) == nil)
        #expect(CursorShape(width: 2, height: 2, hotspotX: 0, hotspotY: 0, pixels: [0, 0, 0]) == nil)
    }

    @Test func `mutated messages never trap, and what is taken is written the same`() throws {
        var random = SeededRandom(seed: 5)
        let small = try #require(Self.shape(width: 4, height: 4))
        for message in [ControlMessage.cursor(small), .inputPolicy(isViewOnly: true)] {
            let body = try unframed(message.framed)
            for mutation in Bytes.mutations(of: body, random: &random, count: 2_000) {
                guard let decoded = try? ControlMessage.decode(mutation.span) else { continue }
                let again = try unframed(decoded.framed)
                #expect(again == mutation)
            }
        }
    }
}
