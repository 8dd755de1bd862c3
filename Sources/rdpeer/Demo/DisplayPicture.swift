import X11Desktop

/// A picture of a whole X display, taken on a connection of its own.
enum DisplayPicture {
    static func write(display: String, to path: String) throws {
        let connection = try DisplayConnection(name: display)
        let screen = try ScreenCapture(connection: connection, method: .socket)
        _ = try screen.captureDamage()
        let (width, height) = (screen.width, screen.height)
        let rows = screen.withPixels { pixels, stride in
            (0..<height).map { y in (0..<width).map { pixels[y * stride + $0] } }
        }
        try PictureFile.write(Array(rows.joined()).span, width: width, height: height, to: path)
    }
}
