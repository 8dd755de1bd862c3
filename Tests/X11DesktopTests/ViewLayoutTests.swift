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
            sourceWidth: sizes[0], sourceHeight: sizes[1], windowWidth: sizes[2], windowHeight: sizes[3], scaling: .fit)
        #expect(layout.area == area)
        #expect(layout.visibleArea == area)
    }

    @Test("shows it pixel for pixel, in the middle or the chosen part")
    func original() {
        let small = ViewLayout(
            sourceWidth: 40, sourceHeight: 20, windowWidth: 100, windowHeight: 80, scaling: .original)
        #expect(small.area == Rectangle(x: 30, y: 30, width: 40, height: 20))
        let large = ViewLayout(
            sourceWidth: 400, sourceHeight: 200, windowWidth: 100, windowHeight: 80, scaling: .original, panX: 1,
            panY: 0.5)
        #expect(large.area == Rectangle(x: -300, y: -60, width: 400, height: 200))
        #expect(large.visibleArea == Rectangle(width: 100, height: 80))
        #expect(large.sourcePoint(windowX: 99, windowY: 0) == (399, 60))
        let unknown = ViewLayout(
            sourceWidth: 400, sourceHeight: 200, windowWidth: 0, windowHeight: -5, scaling: .original, panX: .nan,
            panY: -.infinity)
        #expect(unknown.area == Rectangle(width: 400, height: 200))
    }

    @Test("points map into the remote screen, whatever they are", arguments: [ViewScaling.fit, .original])
    func points(scaling: ViewScaling) {
        var random = SeededRandom(seed: 3)
        for _ in 0..<2_000 {
            let sizes = (0..<4).map { _ in Int.random(in: 1...3_000, using: &random) }
            let layout = ViewLayout(
                sourceWidth: sizes[0], sourceHeight: sizes[1], windowWidth: sizes[2], windowHeight: sizes[3],
                scaling: scaling, panX: Double.random(in: -1...2, using: &random))
            let x = Int.random(in: -9_000...9_000, using: &random)
            let y = Int.random(in: -9_000...9_000, using: &random)
            let point = layout.sourcePoint(windowX: x, windowY: y)
            #expect(Rectangle(width: sizes[0], height: sizes[1]).contains(x: point.x, y: point.y))
            #expect(layout.visibleArea.intersection(Rectangle(width: sizes[2], height: sizes[3])) == layout.visibleArea)
            guard layout.visibleArea.contains(x: x, y: y) else { continue }
            let back = layout.windowRectangle(for: Rectangle(x: point.x, y: point.y, width: 1, height: 1))
            #expect(back.contains(x: x, y: y))
        }
    }
}
