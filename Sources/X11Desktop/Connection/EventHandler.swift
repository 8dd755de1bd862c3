import CX11

/// An object on a connection that wants to see the events.
protocol EventHandler: AnyObject {
    func handle(_ event: XEvent)
}

struct WeakEventHandler {
    weak var handler: (any EventHandler)?
}
