import CX11
import Glibc

/// A connection of its own, plain Xlib, to draw on a display and to see what is really there.
final class GroundTruth {
    let display: OpaquePointer
    let root: Window
    private let context: GC
    private var isClosed = false

    init(display name: String) throws {
        guard let display = XOpenDisplay(name) else {
            throw ChildProcess.Failure(description: "cannot open \(name)")
        }
        self.display = display
        root = XDefaultRootWindow(display)
        var values = XGCValues()
        values.subwindow_mode = IncludeInferiors
        context = XCreateGC(display, root, UInt(GCSubwindowMode), &values)
    }

    func close() {
        if !isClosed { XCloseDisplay(display) }
        isClosed = true
    }

    var width: Int { Int(attributes(of: root).width) }
    var height: Int { Int(attributes(of: root).height) }

    func attributes(of window: Window) -> XWindowAttributes {
        var attributes = XWindowAttributes()
        XGetWindowAttributes(display, window, &attributes)
        return attributes
    }

    /// All pixels of a window, without the unused byte.
    func pixels(of window: Window? = nil) -> [UInt32] {
        let window = window ?? root
        let size = attributes(of: window)
        guard
            let image = XGetImage(
                display, window, 0, 0, UInt32(size.width), UInt32(size.height), UInt(UInt32.max), ZPixmap)
        else { return [] }
        defer { beeline_destroy_image(image) }
        guard image.pointee.bits_per_pixel == 32, let data = image.pointee.data else { return [] }
        let words = UnsafeRawPointer(data).assumingMemoryBound(to: UInt32.self)
        let stride = Int(image.pointee.bytes_per_line) / 4
        var result: [UInt32] = []
        for y in 0..<Int(size.height) {
            for x in 0..<Int(size.width) { result.append(words[y * stride + x] & 0xFF_FFFF) }
        }
        return result
    }

    /// Fills a part of the screen, over all windows.
    func fill(x: Int, y: Int, width: Int, height: Int, colour: UInt32, on window: Window? = nil) {
        XSetForeground(display, context, UInt(colour))
        XFillRectangle(display, window ?? root, context, Int32(x), Int32(y), UInt32(width), UInt32(height))
        XSync(display, 0)
    }

    /// A shown window of one colour.
    func makeWindow(x: Int, y: Int, width: Int, height: Int, colour: UInt32, events: Int = 0) -> Window {
        let window = XCreateSimpleWindow(
            display, root, Int32(x), Int32(y), UInt32(width), UInt32(height), 0, 0, UInt(colour))
        XSelectInput(display, window, events)
        XMapWindow(display, window)
        XSync(display, 0)
        return window
    }

    /// The next event of a type; throws when none comes for twenty seconds.
    func nextEvent(of type: Int32) throws -> XEvent {
        let limit = ContinuousClock.now + .seconds(20)
        var event = XEvent()
        while ContinuousClock.now < limit {
            guard XPending(display) > 0 else {
                var descriptor = pollfd(fd: XConnectionNumber(display), events: Int16(POLLIN), revents: 0)
                poll(&descriptor, 1, 100)
                continue
            }
            XNextEvent(display, &event)
            if event.type == MappingNotify { XRefreshKeyboardMapping(&event.xmapping) }
            if event.type == type { return event }
        }
        throw WaitedInVain()
    }

    /// Keycodes that are down, as the server sees them.
    func pressedKeycodes() -> [Int] {
        var bits = (0..<32).map { _ in CChar(0) }
        XQueryKeymap(display, &bits)
        return (0..<256).filter { UInt8(bitPattern: bits[$0 / 8]) & 1 << UInt8($0 % 8) != 0 }
    }

    /// The pointer's place, and which buttons and modifiers are down.
    func pointer() -> (x: Int, y: Int, mask: UInt32) {
        var (rootWindow, child): (Window, Window) = (0, 0)
        var (rootX, rootY, windowX, windowY): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var mask: UInt32 = 0
        XQueryPointer(display, root, &rootWindow, &child, &rootX, &rootY, &windowX, &windowY, &mask)
        return (Int(rootX), Int(rootY), mask)
    }

    /// The window that gets keys where no window manager says otherwise; 0 when the pointer is over none.
    func windowUnderPointer() -> Window {
        var (rootWindow, child): (Window, Window) = (0, 0)
        var (rootX, rootY, windowX, windowY): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
        var mask: UInt32 = 0
        XQueryPointer(display, root, &rootWindow, &child, &rootX, &rootY, &windowX, &windowY, &mask)
        return child
    }
}
