import CX11

/// What a grabber takes pixels from: a window, or a part of it, with its size and pixel format at one moment.
struct CaptureTarget {
    var connection: DisplayConnection
    var drawable: Drawable
    /// Where the part begins.
    var x = 0
    var y = 0
    var width: Int
    var height: Int
    var depth: UInt32
    var visual: UnsafeMutablePointer<Visual>?
    var format: PixelFormat

    /// - Parameter area: the part; `nil` is all of it.
    init(drawable: Drawable, area: Rectangle?, connection: DisplayConnection) throws(DisplayFailure) {
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
        if let part = area?.intersection(Rectangle(width: width, height: height)) {
            guard !part.isEmpty else { throw .refused("pixels outside of the screen") }
            (x, y, width, height) = (part.x, part.y, part.width, part.height)
        }
        depth = UInt32(attributes.depth)
        visual = attributes.visual
        format = try PixelFormat(visual: attributes.visual, depth: attributes.depth, on: connection.display)
    }
}
