import CX11
import Foundation
import Synchronization

/// A program that has the keyboard, and gives the mark another colour at each key that is pressed.
final class KeyEcho: @unchecked Sendable {
    private let isStopped = Atomic(false)
    private let pressCount = Atomic(0)
    private let ended = DispatchSemaphore(value: 0)

    init(display name: String, mark: Window, place: MarkPlace) throws(BenchFailure) {
        guard let display = XOpenDisplay(name) else { throw .noView("the display \(name) cannot be opened") }
        let root = XDefaultRootWindow(display)
        let window = XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0)
        var attributes = XSetWindowAttributes()
        attributes.override_redirect = 1
        XChangeWindowAttributes(display, window, UInt(CWOverrideRedirect), &attributes)
        XSelectInput(display, window, KeyPressMask)
        XMapRaised(display, window)
        XSync(display, 0)
        XSetInputFocus(display, window, Int32(RevertToPointerRoot), UInt(CurrentTime))
        XSync(display, 0)
        let connection = Connection(display: display)
        Thread.detachNewThread { [self] in
            run(connection.display, mark, place)
            XCloseDisplay(connection.display)
            ended.signal()
        }
    }

    /// Hands the connection over to the one thread that uses it from then on.
    private struct Connection: @unchecked Sendable { let display: OpaquePointer }

    private func run(_ display: OpaquePointer, _ mark: Window, _ place: MarkPlace) {
        let context = XCreateGC(display, mark, 0, nil)
        while !isStopped.load(ordering: .relaxed) {
            while XPending(display) > 0 {
                var event = XEvent()
                XNextEvent(display, &event)
                guard event.type == KeyPress else { continue }
                let step = pressCount.add(1, ordering: .relaxed).newValue
                XSetForeground(display, context, UInt(MarkColour.word(step)))
                XFillRectangle(display, mark, context, 0, 0, UInt32(place.size), UInt32(place.size))
                XFlush(display)
            }
            var entry = pollfd(fd: XConnectionNumber(display), events: Int16(POLLIN), revents: 0)
            poll(&entry, 1, 50)
        }
    }

    /// What the mark is after the next key.
    var nextColour: UInt32 { MarkColour.word(pressCount.load(ordering: .relaxed) + 1) }

    func stop() {
        isStopped.store(true, ordering: .relaxed)
        ended.wait()
    }
}
