import CX11
import WireFormat

/// A window with text that is dragged over a photo that fills the screen.
final class DragDrawing: Drawing {
    private static let width = 640
    private static let height = 480
    private static let step = (x: 12, y: 7)

    /// Where the window is, and where it was.
    let pixelsPerStep = (width + step.x) * (height + step.y)
    private let canvas: Canvas
    private let photo: Pixmap
    private let text: Pixmap
    private let ground: Window
    private let window: Window

    init(_ canvas: Canvas, seed: UInt64) {
        self.canvas = canvas
        let (width, height) = (DisplayServer.width, DisplayServer.height)
        photo = canvas.makePixmap(
            Photo(width: width, height: height, seed: seed).pixels, width: width, height: height)
        text = canvas.makePixmap(width: Self.width, height: Self.height)
        canvas.fill(text, x: 0, y: 0, width: Self.width, height: Self.height, colour: 0xFA_FAFA)
        canvas.fill(text, x: 0, y: 0, width: Self.width, height: 24, colour: 0x2A_5A9A)
        var random = SeededRandom(seed: seed)
        for y in stride(from: 44, to: Self.height, by: 16) {
            canvas.write(Words.line(12, &random), on: text, x: 12, y: y, colour: 0x10_1010)
        }
        ground = canvas.makeWindow(x: 0, y: 0, width: width, height: height, background: photo)
        window = canvas.makeWindow(x: 0, y: 0, width: Self.width, height: Self.height, background: text)
    }

    func draw(_ step: Int) {
        func bounce(_ distance: Int, _ room: Int) -> Int {
            let place = distance % (2 * room)
            return place < room ? place : 2 * room - place
        }
        XMoveWindow(
            canvas.display, window, Int32(bounce(step * Self.step.x, DisplayServer.width - Self.width)),
            Int32(bounce(step * Self.step.y, DisplayServer.height - Self.height - 40)))
        canvas.finish(step)
    }

    func end() { canvas.remove([window, ground], [photo, text]) }
}
