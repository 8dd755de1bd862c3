import PeerSession
import Testing
import WireFormat

@Suite struct InputEventTests {
    static let samples: [InputEvent] = [
        .pointerMoved(x: 0, y: 0), .pointerMoved(x: 65_535, y: 1), .button(number: 1, isPressed: true),
        .button(number: 255, isPressed: false), .key(keysym: 0x61, isPressed: true),
        .key(keysym: .max, isPressed: false), .releaseAll,
    ]

    @Test(arguments: samples) func `an event comes back as it was`(_ event: InputEvent) {
        let bytes = event.encoded
        let decoded = InputEvent(decoding: bytes.span)
        #expect(decoded == event)
        #expect(bytes.count <= InputEvent.maximumEncodedSize)
    }

    @Test(arguments: samples) func `an event that is cut short or too long is none`(_ event: InputEvent) {
        let bytes = event.encoded
        for count in 0..<bytes.count {
            let decoded = InputEvent(decoding: bytes.span.extracting(0..<count))
            #expect(decoded == nil)
        }
        let longer = bytes + [0]
        let decoded = InputEvent(decoding: longer.span)
        #expect(decoded == nil)
    }

    @Test func `no two events share their bytes`() {
        #expect(Set(Self.samples.map(\.encoded)).count == Self.samples.count)
    }

    @Test func `unknown kinds are none and random bytes never trap`() {
        for tag in [UInt8(0), 7, 8, 255] {
            let bytes: [UInt8] = [tag, 0, 0, 0, 0]
            let decoded = InputEvent(decoding: bytes.span)
            #expect(decoded == nil)
        }
        var random = SeededRandom(seed: 11)
        for _ in 0..<5_000 {
            let bytes = random.bytes(count: Int.random(in: 0...8, using: &random))
            guard let event = InputEvent(decoding: bytes.span) else { continue }
            #expect(event.encoded == bytes)
        }
    }
}
