import PeerSession
import Testing
import WireFormat

@Suite struct PointerPaceTests {
    private var pace = PointerPace()
    private var now = Instant.zero
    private var sent: [(event: InputEvent, at: Instant)] = []

    private static func place(_ x: Int) -> InputEvent { .pointerMoved(x: UInt16(x), y: 7) }

    /// Does what the viewer's program does.
    private mutating func pass(_ event: InputEvent) {
        for passed in pace.pass(event, at: now) { sent.append((passed, now)) }
    }

    private mutating func run(until end: Instant) {
        while let due = pace.nextDeadline, due <= end {
            if let place = pace.take(at: due) { sent.append((place, due)) }
        }
        now = end
    }

    @Test(arguments: [1_000, 2_000, 8_000]) mutating func `a fast mouse sends a place every 4 ms, and its last`(
        _ hertz: Int64
    ) {
        for step in 1...Int(hertz) {
            pass(Self.place(step))
            run(until: .zero + .nanoseconds(Int64(step) * 1_000_000_000 / hertz))
        }
        run(until: now + .seconds(1))
        #expect(sent.first?.at == .zero)
        #expect(sent.last?.event == Self.place(Int(hertz)))
        #expect(sent.count == 251)
        for (earlier, later) in zip(sent, sent.dropFirst()) {
            #expect(later.at - earlier.at == PointerPace.interval)
        }
    }

    @Test mutating func `a slow mouse waits for nothing`() {
        for step in 1...100 {
            pass(Self.place(step))
            #expect(sent.count == step && pace.nextDeadline == nil)
            run(until: now + PointerPace.interval)
        }
    }

    /// The button was pressed where the pointer was.
    @Test mutating func `keys and buttons wait for nothing, and come after the place`() {
        let press = InputEvent.button(number: 1, isPressed: true)
        let release = InputEvent.button(number: 1, isPressed: false)
        for event in [Self.place(1), Self.place(2), Self.place(3), press, Self.place(4), release, release] {
            pass(event)
        }
        #expect(sent.map(\.event) == [Self.place(1), Self.place(3), press, Self.place(4), release, release])
        #expect(sent.allSatisfy { $0.at == .zero } && pace.nextDeadline == nil)
        pass(Self.place(5))
        #expect(sent.count == 6 && pace.nextDeadline == .zero + PointerPace.interval)
    }
}
