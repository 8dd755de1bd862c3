import ScreenCodec
import Testing
import WireFormat

@Suite("Encoder finds what changed")
struct UpdateTests {
    /// The tiles in which a pixel inside the damage differs: every pixel of the screen is looked at.
    private func naiveDifference(_ one: [UInt32], _ other: [UInt32], width: Int, _ damage: Rectangle) -> [TileIndex] {
        let columns = (width + 15) / 16
        var changed: Set<TileIndex> = []
        for index in one.indices where (one[index] ^ other[index]) & 0xFFFFFF != 0 {
            let x = index % width
            let y = index / width
            if x >= damage.x, x < damage.x + damage.width, y >= damage.y, y < damage.y + damage.height {
                changed.insert(TileIndex(y / 16 * columns + x / 16))
            }
        }
        return changed.sorted()
    }

    @Test("As the naive difference does, in any damage, with any stride", arguments: 0..<60)
    func naive(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let width = Int(random.next() % 120) + 1
        let height = Int(random.next() % 90) + 1
        let stride = width + Int(random.next() % 20)
        var encoder = Encoder(width: width, height: height)
        var shown = [UInt32](repeating: 0, count: width * height)
        for _ in 0..<8 {
            var next = shown
            for _ in 0..<random.next() % 12 {
                next[Int(random.next() % UInt64(next.count))] = UInt32(truncatingIfNeeded: random.next())
            }
            let damage = Rectangle(
                x: Int(random.next() % 140) - 10, y: Int(random.next() % 110) - 10, width: Int(random.next() % 140),
                height: Int(random.next() % 110))
            var capture = [UInt32](repeating: 0xDEAD_BEEF, count: stride * height)
            for index in next.indices { capture[index / width * stride + index % width] = next[index] }
            var changed: [TileIndex] = []
            encoder.update(from: capture.span, stride: stride, damage: damage) { changed.append($0) }
            #expect(changed == naiveDifference(shown, next, width: width, damage))
            for index in next.indices {
                let (y, x) = index.quotientAndRemainder(dividingBy: width)
                let isDamaged = x >= damage.x && x < damage.right && y >= damage.y && y < damage.bottom
                if isDamaged { shown[index] = next[index] }
            }
            #expect(encoder.picture == colours(shown))
        }
    }

    @Test("A capture of a part of the screen, placed by its origin", arguments: 0..<20)
    func part(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let origin = (x: Int(random.next() % 70), y: Int(random.next() % 50))
        let capture = SamplePicture(width: 40, height: 30, seed: seed)
        var encoder = Encoder(width: 100, height: 60)
        encoder.update(from: capture.pixels.span, stride: 40, origin: origin, damage: encoder.grid.bounds) { _ in }
        let picture = encoder.picture
        for y in 0..<60 {
            for x in 0..<100 {
                let isInside = 0..<40 ~= x - origin.x && 0..<30 ~= y - origin.y
                let expected = isInside ? capture.pixels[(y - origin.y) * 40 + x - origin.x] & 0xFFFFFF : 0
                #expect(picture[y * 100 + x] == expected)
            }
        }
    }

    @Test("The byte that is no colour makes no change")
    func topByte() {
        var encoder = Encoder(width: 33, height: 17)
        let picture = SamplePicture(width: 33, height: 17, seed: 2)
        _ = encoder.update(whole: picture.pixels)
        #expect(encoder.update(whole: picture.pixels.map { $0 ^ 0xA500_0000 }).isEmpty)
        #expect(encoder.update(whole: picture.pixels.map { $0 ^ 1 }).count == encoder.grid.tileCount)
    }

    @Test("Captures shorter than the damage, and absurd damage, are cut")
    func absurd() {
        var encoder = Encoder(width: 64, height: 64)
        let capture = [UInt32](repeating: 0xFFFF_FFFF, count: 64 * 20 + 10)
        var changed: [TileIndex] = []
        let damage = Rectangle(x: -5, y: -5, width: .max, height: .max)
        encoder.update(from: capture.span, stride: 64, damage: damage) { changed.append($0) }
        #expect(changed == Array(0..<8))
        encoder.update(from: capture.span, stride: 0, damage: damage) { _ in Issue.record("no stride") }
        encoder.update(from: capture.span, stride: -3, damage: damage) { _ in Issue.record("no stride") }
        let empty = Rectangle(x: 3, y: 3, width: -4, height: 9)
        encoder.update(from: capture.span, stride: 64, damage: empty) { _ in Issue.record("no damage") }
        let far = Rectangle(x: .max, y: .min, width: .max, height: 9)
        encoder.update(from: capture.span, stride: 64, damage: far) { _ in Issue.record("no damage") }
    }

    @Test("Another size starts black")
    func resize() {
        var encoder = Encoder(width: 64, height: 64)
        _ = encoder.update(whole: SamplePicture(width: 64, height: 64, seed: 1).pixels)
        encoder.resize(width: 50, height: 20)
        #expect(encoder.grid.tileCount == 8)
        #expect(encoder.picture == [UInt32](repeating: 0, count: 1_000))
    }
}
