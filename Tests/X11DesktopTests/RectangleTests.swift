import Testing
import WireFormat
import X11Desktop

@Suite("Rectangles")
struct RectangleTests {
    @Test("joined rectangles cover what the single ones did, in no more than the limit", arguments: 0..<50)
    func coalescing(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let rectangles = (0..<Int.random(in: 0...200, using: &random)).map { _ in
            Rectangle(
                x: Int.random(in: 0..<60, using: &random), y: Int.random(in: 0..<60, using: &random),
                width: Int.random(in: 0...9, using: &random), height: Int.random(in: 0...9, using: &random))
        }
        let limit = Int.random(in: 1...70, using: &random)
        let joined = Rectangle.coalesced(rectangles, limit: limit)
        #expect(joined.count <= limit)
        for rectangle in rectangles where !rectangle.isEmpty {
            #expect(joined.contains { $0.intersection(rectangle) == rectangle })
        }
        let bounds = rectangles.filter { !$0.isEmpty }.reduce(Rectangle(width: 0, height: 0)) { $0.union($1) }
        #expect(joined.allSatisfy { $0.intersection(bounds) == $0 })
    }

    @Test("what does not meet has an empty intersection")
    func apart() {
        let one = Rectangle(x: 0, y: 0, width: 4, height: 4)
        #expect(one.intersection(Rectangle(x: 4, y: 0, width: 4, height: 4)).isEmpty)
        #expect(
            one.intersection(Rectangle(x: 3, y: 3, width: 4, height: 4)) == Rectangle(x: 3, y: 3, width: 1, height: 1))
        #expect(Rectangle(x: 1, y: 1, width: -4, height: 4).area == 0)
    }
}
