import Testing
import WireFormat
import rdbench

@Suite("A narrow and lossy link")
struct LinkShaperTests {
    private static let start = Instant(nanoseconds: 5_000_000)

    @Test("sends one packet after the other at its rate, and drops what would wait too long")
    func rate() {
        let shape = LinkShape(bitsPerSecond: 8_000_000, loss: 0, queue: .milliseconds(10))
        var shaper = LinkShaper(shape, seed: 1)
        // 1,000 bytes take a millisecond.
        let waits = (0..<14).map { _ in shaper.admit(byteCount: 1_000, at: Self.start) }
        let wanted: [Interval?] = (1...11).map { Interval?.some(.milliseconds(Int64($0))) } + [nil, nil, nil]
        #expect(waits == wanted)
        #expect(shaper.admit(byteCount: 500, at: Self.start + .milliseconds(30)) == .microseconds(500))
    }

    @Test("loses its share, by the seed")
    func loss() {
        let shape = LinkShape(bitsPerSecond: 1_000_000_000, loss: 0.01, queue: .seconds(1))
        func lost(seed: UInt64) -> [Int] {
            var shaper = LinkShaper(shape, seed: seed)
            return (0..<20_000).filter {
                shaper.admit(byteCount: 100, at: Self.start + .milliseconds(Int64($0))) == nil
            }
        }
        #expect(lost(seed: 7) == lost(seed: 7))
        #expect(lost(seed: 7) != lost(seed: 8))
        #expect((150...250).contains(lost(seed: 7).count))
    }
}
