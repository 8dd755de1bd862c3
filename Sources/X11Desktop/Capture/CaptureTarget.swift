import CX11

/// What a grabber takes pixels from: a window with its size and pixel format at one moment.
struct CaptureTarget {
    var connection: DisplayConnection
    var drawable: Drawable
    var width: Int
    var height: Int
    var depth: UInt32
    var visual: UnsafeMutablePointer<Visual>?
    var format: PixelFormat

    init(drawable: Drawable, connection: DisplayConnection) throws(DisplayFailure) {
        try connection.checkAlive()
        var attributes = XWindowAttributes()
        guard XGetWindowAttributes(connection.display, drawable, &attributes) != 0 else {
            try connection.checkAlive()
            throw .refused("the attributes of window \(drawable); is there such a window?")
        }
        self.connection = connection
        self.drawable = drawable
        width = Int(attributes.width)
        height = Int(attributes.height)
        depth = UInt32(attributes.depth)
        visual = attributes.visual
        format = try PixelFormat(visual: attributes.visual, depth: attributes.depth, on: connection.display)
    }
}
