import CX11

/// A cursor with all its colours and transparency, where the server has the Render extension.
enum ColourCursor {
    /// Makes it on a display; free it with XFreeCursor. `nil` without the extension.
    static func make(_ image: CursorImage, on connection: DisplayConnection) -> Cursor? {
        let display = connection.display
        var (eventBase, errorBase): (Int32, Int32) = (0, 0)
        guard XRenderQueryExtension(display, &eventBase, &errorBase) != 0,
            let format = XRenderFindStandardFormat(display, Int32(PictStandardARGB32))
        else { return nil }
        let pixmap = XCreatePixmap(display, connection.root, UInt32(image.width), UInt32(image.height), 32)
        defer { XFreePixmap(display, pixmap) }
        guard put(image, into: pixmap, on: display) else { return nil }
        let picture = XRenderCreatePicture(display, pixmap, format, 0, nil)
        defer { XRenderFreePicture(display, picture) }
        return XRenderCreateCursor(display, picture, UInt32(image.hotspotX), UInt32(image.hotspotY))
    }

    private static func put(_ image: CursorImage, into pixmap: Pixmap, on display: OpaquePointer) -> Bool {
        guard let context = XCreateGC(display, pixmap, 0, nil) else { return false }
        defer { XFreeGC(display, context) }
        var pixels = image.pixels
        return pixels.withUnsafeMutableBytes { bytes in
            let (width, height) = (UInt32(image.width), UInt32(image.height))
            guard
                let words = XCreateImage(
                    display, nil, 32, ZPixmap, 0, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), width,
                    height, 32, 0)
            else { return false }
            // Ours, whatever the server's byte order is: Xlib swaps.
            words.pointee.byte_order = 1.littleEndian == 1 ? LSBFirst : MSBFirst
            XPutImage(display, pixmap, context, words, 0, 0, 0, 0, width, height)
            words.pointee.data = nil
            beeline_destroy_image(words)
            return true
        }
    }
}
