import CX11
import WireFormat

/// A page of headings, text, boxes and photos that goes up, and down again.
final class PageDrawing: Drawing {
    private static let stepPixels = 40
    private static let pageHeight = 4_320
    private static let width = DisplayServer.width
    private static let height = DisplayServer.height

    let pixelsPerStep = width * height
    private let canvas: Canvas
    private let page: Pixmap
    private let window: Window

    init(_ canvas: Canvas, seed: UInt64) {
        self.canvas = canvas
        page = canvas.makePixmap(width: Self.width, height: Self.pageHeight)
        window = canvas.makeWindow(x: 0, y: 0, width: Self.width, height: Self.height)
        paint(seed)
    }

    private func paint(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        canvas.fill(page, x: 0, y: 0, width: Self.width, height: Self.pageHeight, colour: 0xFF_FFFF)
        canvas.fill(page, x: 0, y: 0, width: 240, height: Self.pageHeight, colour: 0xF3_F4F6)
        for y in stride(from: 30, to: Self.pageHeight, by: 20) {
            canvas.write(Words.line(3, &random), on: page, x: 20, y: y, colour: 0x33_55AA)
            if y / 20 % 24 == 2 { canvas.fill(page, x: 270, y: y - 12, width: 1_200, height: 2, colour: 0xC0_C8D0) }
            if y / 20 % 24 > 1, y / 20 % 24 < 21 {
                canvas.write(Words.line(24, &random), on: page, x: 280, y: y, colour: 0x22_2222)
            }
        }
        for (index, y) in stride(from: 100, to: Self.pageHeight - 300, by: 700).enumerated() {
            let photo = Photo(width: 360, height: 240, seed: seed &+ UInt64(index))
            let pixmap = canvas.makePixmap(photo.pixels, width: 360, height: 240)
            XCopyArea(canvas.display, pixmap, page, canvas.context, 0, 0, 360, 240, 1_500, Int32(y))
            XFreePixmap(canvas.display, pixmap)
        }
    }

    func draw(_ step: Int) {
        let range = (Self.pageHeight - Self.height) / Self.stepPixels
        let place = step % (2 * range)
        let y = (place < range ? place : 2 * range - place) * Self.stepPixels
        canvas.copy(from: page, y: y, width: Self.width, height: Self.height, to: window)
        canvas.finish(step)
    }

    func end() { canvas.remove([window], [page]) }
}
