import CX11
import Testing
import X11Desktop

@Suite("Cursor", .enabled(if: VirtualServer.isUsable(), "Xvfb is missing"))
struct CursorTests {
    @Test("its shape is told when it changes, and only then")
    func shape() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let cursor = try CursorSource(connection: connection)
        let window = server.truth.makeWindow(x: 100, y: 100, width: 50, height: 50, colour: 0xFFFFFF)
        #expect(try cursor.takeImage() != nil)
        #expect(try cursor.takeImage() == nil)
        XDefineCursor(server.truth.display, window, makeCursor(server.truth))
        XWarpPointer(server.truth.display, 0, server.truth.root, 0, 0, 0, 0, 120, 120)
        XSync(server.truth.display, 0)
        try wait(for: connection) { cursor.hasChange }
        let image = try #require(try cursor.takeImage())
        #expect((image.width, image.height, image.hotspotX, image.hotspotY) == (8, 4, 3, 2))
        #expect(image.pixels[0..<8] == [0xFFFF_0000, 0xFFFF_0000, 0xFFFF_0000, 0xFFFF_0000, 0, 0, 0, 0])
        #expect(image.pixels[8..<16] == [0xFF00_00FF, 0xFF00_00FF, 0xFF00_00FF, 0xFF00_00FF, 0, 0, 0, 0])
        #expect(try cursor.position() == (120, 120))
        try connection.processPendingEvents()
        XWarpPointer(server.truth.display, 0, server.truth.root, 0, 0, 0, 0, 125, 125)
        XSync(server.truth.display, 0)
        try connection.processPendingEvents()
        #expect(!cursor.hasChange)
        cursor.invalidate()
        #expect(try cursor.takeImage() == image)
    }

    @Test("a large shape is made smaller, by halves", arguments: [[8, 8], [7, 4], [4, 4], [3, 2], [1, 1]])
    func large(sizes: [Int]) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let cursor = try CursorSource(connection: connection)
        let window = server.truth.makeWindow(x: 100, y: 100, width: 50, height: 50, colour: 0xFFFFFF)
        _ = try cursor.takeImage()
        XDefineCursor(server.truth.display, window, makeCursor(server.truth))
        XWarpPointer(server.truth.display, 0, server.truth.root, 0, 0, 0, 0, 120, 120)
        XSync(server.truth.display, 0)
        try wait(for: connection) { cursor.hasChange }
        let image = try #require(try cursor.takeImage(sideLimit: sizes[0]))
        let (width, scale) = (sizes[1], 8 / sizes[1])
        let height = max(1, 4 / scale)
        #expect((image.width, image.height) == (width, height))
        #expect((image.hotspotX, image.hotspotY) == (3 / scale, 2 / scale))
        if scale == 2 {
            // Half red, half blue; half a pixel counts as 1.
            let mean: UInt32 = 0xFF80_0080
            #expect(image.pixels == [mean, mean, 0, 0, mean, mean, 0, 0])
        }
    }

    @Test("a shape of any size is given")
    func huge() throws {
        let server = try VirtualServer(width: 800, height: 600)
        let connection = try server.connect()
        let cursor = try CursorSource(connection: connection)
        let window = server.truth.makeWindow(x: 0, y: 0, width: 800, height: 600, colour: 0xFFFFFF)
        _ = try cursor.takeImage()
        var (red, black) = (XColor(), XColor())
        red.red = .max
        let bits = [CChar](repeating: -1, count: 40 * 300)
        let map = XCreateBitmapFromData(server.truth.display, server.truth.root, bits, 320, 300)
        XDefineCursor(
            server.truth.display, window,
            XCreatePixmapCursor(server.truth.display, map, map, &red, &black, 319, 299))
        XWarpPointer(server.truth.display, 0, server.truth.root, 0, 0, 0, 0, 400, 400)
        XSync(server.truth.display, 0)
        try wait(for: connection) { cursor.hasChange }
        let image = try #require(try cursor.takeImage())
        #expect((image.width, image.height, image.hotspotX, image.hotspotY) == (160, 150, 159, 149))
        #expect(image.pixels.allSatisfy { $0 == 0xFFFF_0000 })
    }

    @Test("images from elsewhere are checked")
    func checked() {
        #expect(CursorImage(width: 2, height: 2, hotspotX: 0, hotspotY: 0, pixels: [1, 2, 3]) == nil)
        #expect(CursorImage(width: 2, height: 2, hotspotX: 2, hotspotY: 0, pixels: [1, 2, 3, 4]) == nil)
        #expect(CursorImage(width: 2, height: 2, hotspotX: 0, hotspotY: -1, pixels: [1, 2, 3, 4]) == nil)
        #expect(CursorImage(width: 0, height: 0, hotspotX: 0, hotspotY: 0, pixels: []) == nil)
        #expect(CursorImage(width: .max, height: 2, hotspotX: 0, hotspotY: 0, pixels: []) == nil)
        #expect(CursorImage(width: 2, height: 2, hotspotX: 1, hotspotY: 1, pixels: [1, 2, 3, 4]) != nil)
    }

    /// The left half opaque: red in even rows, blue in odd ones.
    private func makeCursor(_ truth: GroundTruth) -> Cursor {
        var source: [CChar] = [0x0F, 0, 0x0F, 0]
        var mask: [CChar] = [0x0F, 0x0F, 0x0F, 0x0F]
        let sourceMap = XCreateBitmapFromData(truth.display, truth.root, &source, 8, 4)
        let maskMap = XCreateBitmapFromData(truth.display, truth.root, &mask, 8, 4)
        var red = XColor()
        red.red = .max
        var blue = XColor()
        blue.blue = .max
        return XCreatePixmapCursor(truth.display, sourceMap, maskMap, &red, &blue, 3, 2)
    }
}
