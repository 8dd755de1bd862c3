import ScreenCodec
import Testing

@Suite("Test picture")
struct TestPictureTests {
    private func frames(_ count: Int, width: Int, height: Int, seed: UInt64) -> [[UInt32]] {
        var picture = TestPicture(width: width, height: height, seed: seed)
        var pixels = [UInt32](repeating: 0x5555_5555, count: width * height)
        return (0..<count).map { _ in
            var span = pixels.mutableSpan
            picture.drawNext(into: &span) { _ in }
            return pixels
        }
    }

    @Test("One seed draws one film, another seed another")
    func seeds() {
        let film = frames(50, width: 320, height: 200, seed: 1)
        #expect(film == frames(50, width: 320, height: 200, seed: 1))
        #expect(film.last != frames(50, width: 320, height: 200, seed: 2).last)
    }

    @Test("Every change lies in the damage, and something moves in every frame")
    func damage() {
        var picture = TestPicture(width: 320, height: 200, seed: 3)
        var pixels = [UInt32](repeating: 0, count: 320 * 200)
        for _ in 0..<60 {
            let before = pixels
            var areas: [Rectangle] = []
            var span = pixels.mutableSpan
            picture.drawNext(into: &span) { areas.append($0) }
            #expect(areas.allSatisfy { $0.intersection(Rectangle(x: 0, y: 0, width: 320, height: 200)) == $0 })
            let changed = pixels.indices.filter { pixels[$0] != before[$0] }
            #expect(!changed.isEmpty)
            let isCovered = changed.allSatisfy { index in
                areas.contains { area in
                    area.x..<area.right ~= index % 320 && area.y..<area.bottom ~= index / 320
                }
            }
            #expect(isCovered)
            #expect(pixels.allSatisfy { $0 >> 24 == 0xFF })
        }
    }

    @Test("A frame drawn piece by piece is the frame drawn whole")
    func incremental() {
        let film = frames(100, width: 320, height: 200, seed: 4)
        for number in [1, 44, 45, 46, 99] {
            var picture = TestPicture(width: 320, height: 200, seed: 4, frameNumber: number)
            var pixels = [UInt32](repeating: 0, count: 320 * 200)
            var span = pixels.mutableSpan
            picture.drawNext(into: &span) { _ in }
            #expect(pixels == film[number])
        }
    }

    @Test("Any size", arguments: [(1, 1), (1, 500), (7, 3), (64, 16), (333, 77)])
    func sizes(width: Int, height: Int) {
        #expect(frames(50, width: width, height: height, seed: 5).count == 50)
    }
}
