import AllocationCounter
import Testing
import Transport
import WireFormat

/// A connection that runs asks for no memory for the packets it sends and receives.
@Suite struct AllocationTests {
    enum Content: CaseIterable {
        case state
        case bulk
    }

    /// A screen that always has news, or one that looks on.
    struct Screen: StateChannel {
        var hasContent: Bool
        var received = 0

        mutating func fill(_ content: inout OutputSpan<UInt8>, packetNumber: UInt64, at now: Instant) -> Bool {
            guard hasContent else { return false }
            content.append(repeating: 0x5A, count: content.freeCapacity)
            return true
        }

        mutating func received(_ content: Span<UInt8>, packetNumber: UInt64, at now: Instant) { received += 1 }
        mutating func acknowledged(packetNumber: UInt64) {}
        mutating func lost(packetNumber: UInt64) {}
    }

    /// Two connections over a path that takes a step of time, in memory that is there from the beginning.
    struct Ends {
        static let packetBytes = 1_500
        static let inFlight = 4_096

        var connections: [Connection]
        var screens: [Screen]
        let memory = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: Ends.packetBytes * Ends.inFlight)
        let filler = [UInt8](repeating: 0x5A, count: 16_384)
        let isBulk: Bool
        var now = Instant.zero
        var flying = 0
        var sizes: [Int]
        var numbers: [UInt64]
        var codepoints: [ECNCodepoint]
        var packets = 0
        var readBytes = 0

        init(_ content: Content) {
            isBulk = content == .bulk
            let first = Connection(path: PathIdentifier(1), at: .zero)
            let second = Connection(path: PathIdentifier(1), at: .zero)
            connections = [first, second]
            screens = [Screen(hasContent: content == .state), Screen(hasContent: false)]
            sizes = Array(repeating: 0, count: Ends.inFlight)
            numbers = Array(repeating: 0, count: Ends.inFlight)
            codepoints = Array(repeating: .notCapable, count: Ends.inFlight)
        }

        func slot(_ index: Int) -> UnsafeMutableBufferPointer<UInt8> {
            .init(rebasing: memory[index * Ends.packetBytes..<(index + 1) * Ends.packetBytes])
        }

        /// One side sends all it may; then time passes, and it has all arrived.
        mutating func pass(from sender: Int) {
            let filler = filler
            if isBulk, sender == 0 { _ = try? connections[0].write(filler.span, on: .bulk(0)) }
            while flying < Ends.inFlight {
                let space = slot(flying)
                var packet = OutputSpan(buffer: space, initializedCount: 0)
                guard
                    let number = connections[sender].pollTransmit(into: &packet, at: now, channel: &screens[sender])
                else { break }
                sizes[flying] = packet.count
                numbers[flying] = number
                codepoints[flying] = connections[sender].transmittedECN
                flying += 1
            }
            now = now + .milliseconds(1)
            let receiver = 1 - sender
            for index in 0..<flying {
                let packet = Span(_unsafeElements: slot(index)).extracting(0..<sizes[index])
                try? connections[receiver].receive(
                    packet, packetNumber: numbers[index], ecn: codepoints[index], at: now,
                    channel: &screens[receiver])
            }
            packets += flying
            flying = 0
            for side in 0..<2 { settle(side) }
        }

        private mutating func settle(_ side: Int) {
            connections[side].advance(to: now, channel: &screens[side])
            while let event = connections[side].pollEvent() {
                guard case .streamReadable(let stream) = event else { continue }
                while true {
                    let space = slot(0)
                    var room = OutputSpan(buffer: space, initializedCount: 0)
                    let count = connections[side].read(stream, into: &room)
                    if count == 0 { break }
                    readBytes += count
                }
            }
        }

        /// Goes on until so many packets have gone, at most for a hundred seconds of its time.
        mutating func pass(until packets: Int) {
            let end = now + .seconds(100)
            while self.packets < packets, now < end { for sender in 0..<2 { pass(from: sender) } }
        }
    }

    @Test(arguments: Content.allCases) func packetsAllocateNothing(_ content: Content) {
        var ends = Ends(content)
        defer { ends.memory.deallocate() }
        // Until the window and what grows with it have their sizes.
        ends.pass(until: 10_000)
        let before = allocation_count()
        ends.pass(until: 20_000)
        #expect(allocation_count() - before == 0)
        #expect(ends.connections[0].statistics.isECNCapable)
        #expect(content == .state ? ends.screens[1].received > 10_000 : ends.readBytes > 5_000_000)
    }
}
