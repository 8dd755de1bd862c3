import Testing
import WireFormat
import X11Desktop

@Suite("View layout")
struct ViewLayoutTests {
    @Test(
        "fits the remote screen into the window with its aspect kept",
        arguments: [
            ([800, 600, 800, 600], Rectangle(x: 0, y: 0, width: 800, height: 600)),
            ([800, 600, 400, 400], Rectangle(x: 0, y: 50, width: 400, height: 300)),
            ([800, 600, 1_000, 600], Rectangle(x: 100, y: 0, width: 800, height: 600)),
            ([800, 600, 1_600, 1_300], Rectangle(x: 0, y: 50, width: 1_600, height: 1_200)),
            ([10_000, 1, 10, 10], Rectangle(x: 0, y: 4, width: 10, height: 1)),
        ])
    func fit(sizes: [Int], area: Rectangle) {
        let layout = ViewLayout(
            sourceWidth: sizes[0], sourceHeight: sizes[1], windowWidth: sizes[2], windowHeight: sizes[3])
        #expect(layout.area == area)
    }

    @Test("points map into the remote screen, whatever they are")
    func points() {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2_000 {
            let sizes = (0..<4).map { Int.random(in: ($0 < 2 ? 1 : -5)...3_000, using: &random) }
            let layout = ViewLayout(
                sourceWidth: sizes[0], sourceHeight: sizes[1], windowWidth: sizes[2], windowHeight: sizes[3])
            let x = Int.random(in: -9_000...9_000, using: &random)
            let y = Int.random(in: -9_000...9_000, using: &random)
            let point = layout.sourcePoint(windowX: x, windowY: y)
            #expect(Rectangle(width: sizes[0], height: sizes[1]).contains(x: point.x, y: point.y))
            #expect(
                layout.area.intersection(Rectangle(width: max(1, sizes[2]), height: max(1, sizes[3]))) == layout.area)
            guard layout.area.contains(x: x, y: y) else { continue }
            let back = layout.windowRectangle(for: Rectangle(x: point.x, y: point.y, width: 1, height: 1))
            #expect(back.contains(x: x, y: y))
        }
    }
}
