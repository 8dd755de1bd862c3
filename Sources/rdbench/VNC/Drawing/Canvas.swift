import CX11
import Foundation

/// A connection to a display to draw on it, and the mark.
final class Canvas {
    let display: OpaquePointer
    let root: Window
    let context: GC
    let place: MarkPlace
    private(set) var mark: Window = 0

    init(display name: String, place: MarkPlace = .standard) throws(BenchFailure) {
        guard let display = XOpenDisplay(name) else { throw .noView("the display \(name) cannot be opened") }
        self.display = display
        self.place = place
        root = XDefaultRootWindow(display)
        context = XCreateGC(display, root, 0, nil)
        mark = makeWindow(x: place.x, y: place.y, width: place.size, height: place.size)
        XSync(display, 0)
    }

    /// Before the server ends, which Xlib answers by ending this process. Nothing may be drawn from then on.
    func close() { XCloseDisplay(display) }

    /// A window on top of all others but the mark.
    func makeWindow(x: Int, y: Int, width: Int, height: Int, background: Pixmap? = nil) -> Window {
        let window = XCreateSimpleWindow(
            display, root, Int32(x), Int32(y), UInt32(width), UInt32(height), 0, 0, 0)
        var attributes = XSetWindowAttributes()
        attributes.override_redirect = 1
        XChangeWindowAttributes(display, window, UInt(CWOverrideRedirect), &attributes)
        if let background { XSetWindowBackgroundPixmap(display, window, background) }
        XMapRaised(display, window)
        if mark != 0 { XRaiseWindow(display, mark) }
        return window
    }

    func makePixmap(width: Int, height: Int) -> Pixmap {
        XCreatePixmap(
            display, root, UInt32(width), UInt32(height),
            UInt32(XDefaultDepth(display, XDefaultScreen(display))))
    }

    func makePixmap(_ pixels: [UInt32], width: Int, height: Int) -> Pixmap {
        let pixmap = makePixmap(width: width, height: height)
        var pixels = pixels
        pixels.withUnsafeMutableBytes { bytes in
            let image = XCreateImage(
                display, XDefaultVisual(display, XDefaultScreen(display)), 24, ZPixmap, 0,
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), UInt32(width), UInt32(height), 32, 0)
            guard let image else { return }
            XPutImage(display, pixmap, context, image, 0, 0, 0, 0, UInt32(width), UInt32(height))
            image.pointee.data = nil
            beeline_destroy_image(image)
        }
        return pixmap
    }

    func fill(_ drawable: Drawable, x: Int, y: Int, width: Int, height: Int, colour: UInt32) {
        XSetForeground(display, context, UInt(colour))
        XFillRectangle(display, drawable, context, Int32(x), Int32(y), UInt32(width), UInt32(height))
    }

    func write(_ text: String, on drawable: Drawable, x: Int, y: Int, colour: UInt32) {
        XSetForeground(display, context, UInt(colour))
        XDrawString(display, drawable, context, Int32(x), Int32(y), text, Int32(text.utf8.count))
    }

    func copy(from pixmap: Pixmap, x: Int = 0, y: Int = 0, width: Int, height: Int, to window: Window) {
        XCopyArea(
            display, pixmap, window, context, Int32(x), Int32(y), UInt32(width), UInt32(height), 0, 0)
    }

    /// Ends a step: gives the mark its colour, and waits until the server has drawn all.
    func finish(_ step: Int) {
        fill(mark, x: 0, y: 0, width: place.size, height: place.size, colour: MarkColour.word(step))
        XSync(display, 0)
    }

    func hideMark() {
        XUnmapWindow(display, mark)
        XSync(display, 0)
    }

    /// Leaves the mark in the colour of step 0, which no step that is waited for has.
    func remove(_ windows: [Window], _ pixmaps: [Pixmap]) {
        for window in windows { XDestroyWindow(display, window) }
        for pixmap in pixmaps { XFreePixmap(display, pixmap) }
        XMapRaised(display, mark)
        finish(0)
    }
}
