import CX11

/// A film in a region of a page that is at rest.
final class VideoDrawing: Drawing {
    static let framesPerSecond = 30
    private static let width = 640
    private static let height = 360
    private static let frameCount = 30

    let pixelsPerStep = width * height
    private let canvas: Canvas
    private let frames: [Pixmap]
    private let page: PageDrawing
    private let window: Window

    init(_ canvas: Canvas, seed: UInt64) {
        self.canvas = canvas
        page = PageDrawing(canvas, seed: seed)
        page.draw(0)
        let first = Photo(width: Self.width, height: Self.height, seed: seed &+ 1, grain: 0)
        let second = Photo(width: Self.width, height: Self.height, seed: seed &+ 2, grain: 0)
        frames = (0..<Self.frameCount).map { number in
            let frame = Photo.frame(of: first, over: second, number: number, width: Self.width, height: Self.height)
            return canvas.makePixmap(frame, width: Self.width, height: Self.height)
        }
        window = canvas.makeWindow(x: 400, y: 300, width: Self.width, height: Self.height)
    }

    func draw(_ step: Int) {
        show(step)
        canvas.finish(step)
    }

    /// Draws a frame, and leaves the mark as it is.
    func show(_ step: Int) {
        canvas.copy(from: frames[step % frames.count], width: Self.width, height: Self.height, to: window)
        XSync(canvas.display, 0)
    }

    func end() {
        canvas.remove([window], frames)
        page.end()
    }
}
