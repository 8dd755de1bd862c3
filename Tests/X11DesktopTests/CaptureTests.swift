import CX11
import Testing
import WireFormat
import X11Desktop

@Suite("Screen capture", .enabled(if: VirtualServer.isUsable("xterm", "xrandr"), "Xvfb, xterm or xrandr is missing"))
struct CaptureTests {
    @Test("is the screen, pixel for pixel, after anything was drawn", arguments: CaptureMethod.allCases)
    func isTheScreen(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        #expect(capture.method == method)
        #expect(try capture.captureDamage() == [Rectangle(width: 320, height: 240)])
        expectSame(words(capture), server.truth.pixels())
        var random = SeededRandom(seed: 7)
        for round in 0..<40 {
            for _ in 0..<Int.random(in: 1...12, using: &random) { draw(on: server, &random) }
            if round % 8 == 3 {
                _ = server.truth.makeWindow(x: 8 * round, y: 3 * round, width: 50, height: 40, colour: 0xA0_50_F0)
            }
            try wait(for: connection) { capture.hasDamage }
            _ = try capture.captureDamage()
            expectSame(words(capture), server.truth.pixels())
        }
    }

    @Test("takes no more pixels than were drawn", arguments: CaptureMethod.allCases)
    func onlyDamage(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        _ = try capture.captureDamage()
        try connection.processPendingEvents()
        server.truth.fill(x: 20, y: 30, width: 16, height: 8, colour: 0x12_34_56)
        server.truth.fill(x: 200, y: 100, width: 10, height: 10, colour: 0x65_43_21)
        try wait(for: connection) { capture.hasDamage }
        let damage = try capture.captureDamage()
        #expect(
            damage == [
                Rectangle(x: 20, y: 30, width: 16, height: 8), Rectangle(x: 200, y: 100, width: 10, height: 10),
            ])
        try connection.processPendingEvents()
        #expect(try capture.captureDamage().isEmpty)
    }

    @Test("a screen that is or becomes larger than allowed is refused, and followed again when it is smaller")
    func limits() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        for limits in [CaptureLimits(side: 319), CaptureLimits(pixelCount: 320 * 240 - 1)] {
            try server.resize(width: 320, height: 240)
            #expect(throws: DisplayFailure.self) { try ScreenCapture(connection: connection, limits: limits) }
            try server.resize(width: 160, height: 120)
            let capture = try ScreenCapture(connection: connection, limits: limits)
            _ = try capture.captureDamage()
            for (width, height) in [(320, 240), (200, 100)] {
                try server.resize(width: width, height: height)
                try wait(for: connection) {
                    do {
                        _ = try capture.captureDamage()
                        return capture.width == width
                    } catch {
                        guard case DisplayFailure.limitExceeded = error else { throw error }
                        return width == 320
                    }
                }
            }
            expectSame(words(capture), server.truth.pixels())
        }
    }

    @Test("a screen at rest causes no event at all, and a busy one a single wake-up")
    func idle() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection)
        let cursor = try CursorSource(connection: connection)
        _ = try capture.captureDamage()
        _ = try cursor.takeImage()
        try connection.processPendingEvents()
        let eventCount = connection.eventCount
        #expect(!hasTraffic(connection, milliseconds: 300))
        try connection.processPendingEvents()
        #expect(connection.eventCount == eventCount)
        for step in 0..<200 { server.truth.fill(x: step, y: step, width: 3, height: 3, colour: UInt32(step)) }
        try connection.processPendingEvents()
        #expect(connection.eventCount == eventCount + 1)
    }

    @Test("follows a change of the screen's size", arguments: CaptureMethod.allCases)
    func resize(method: CaptureMethod) throws {
        let server = try VirtualServer(width: 800, height: 600)
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        _ = try capture.captureDamage()
        for (width, height) in [(640, 480), (320, 240), (640, 480)] {
            try server.resize(width: width, height: height)
            server.truth.fill(x: 3, y: 4, width: 100, height: 100, colour: UInt32(width))
            var events: [CaptureEvent] = []
            try wait(for: connection) {
                _ = try capture.captureDamage()
                events += capture.takeEvents()
                return !events.isEmpty
            }
            #expect(events == [.resized(width: width, height: height)])
            #expect((capture.width, capture.height) == (width, height))
            expectSame(words(capture), server.truth.pixels())
            #expect(try connection.monitors().map(\.area) == [Rectangle(width: width, height: height)])
        }
    }

    @Test("knows the monitors that make up the screen")
    func monitors() throws {
        let server = try VirtualServer(width: 800, height: 600)
        let connection = try server.connect()
        #expect(try connection.monitors().map(\.name) == ["screen"])
        #expect(try connection.refreshRateHertz() == nil)
        _ = try server.output("xrandr", ["--setmonitor", "left", "300/100x600/100+0+0", "screen"])
        _ = try server.output("xrandr", ["--setmonitor", "right", "500/100x600/100+300+0", "none"])
        let monitors = try connection.monitors()
        #expect(monitors.map(\.name) == ["left", "right"])
        #expect(
            monitors.map(\.area) == [
                Rectangle(x: 0, y: 0, width: 300, height: 600), Rectangle(x: 300, y: 0, width: 500, height: 600),
            ])
    }

    @Test(
        "of one monitor holds that part only, and follows it while it moves, goes and comes back",
        arguments: CaptureMethod.allCases)
    func monitor(method: CaptureMethod) throws {
        let server = try VirtualServer(width: 800, height: 600)
        let connection = try server.connect()
        func place(_ area: String, _ name: String = "right") throws {
            _ = try server.output("xrandr", ["--setmonitor", name, area, "none"])
        }
        try place("500/100x600/100+300+0")
        let capture = try ScreenCapture(connection: connection, monitor: "right", method: method)
        #expect((capture.width, capture.height) == (500, 600))
        _ = try capture.captureDamage()
        try connection.processPendingEvents()
        server.truth.fill(x: 290, y: 40, width: 30, height: 10, colour: 0xAB_CD_EF)
        try wait(for: connection) { capture.hasDamage }
        #expect(try capture.captureDamage() == [Rectangle(x: 0, y: 40, width: 20, height: 10)])
        expectSame(words(capture), part(of: server, Rectangle(x: 300, y: 0, width: 500, height: 600)))
        #expect(try capture.screenPoint(x: 3, y: 4) == (303, 4))

        _ = try server.output("xrandr", ["--delmonitor", "right"])
        try place("200/100x100/100+250+20")
        try waitForSize(200, 100, capture, connection)
        expectSame(words(capture), part(of: server, Rectangle(x: 250, y: 20, width: 200, height: 100)))
        _ = try server.output("xrandr", ["--delmonitor", "right"])
        // The server tells of new monitors only.
        try place("10/10x10/10+0+0", "other")
        try wait(for: connection) {
            _ = try capture.captureDamage()
            capture.invalidate()
            return !capture.hasDamage
        }
        server.truth.fill(x: 260, y: 30, width: 9, height: 9, colour: 0x12_34_56)
        try connection.processPendingEvents()
        #expect(!capture.hasDamage)
        try place("300/100x100/100+250+20")
        try waitForSize(300, 100, capture, connection)
        expectSame(words(capture), part(of: server, Rectangle(x: 250, y: 20, width: 300, height: 100)))

        let failure = #expect(throws: DisplayFailure.self) { try ScreenCapture(connection: connection, monitor: "up") }
        #expect(failure?.description.contains("right (300x100)") == true)
    }

    private func waitForSize(
        _ width: Int, _ height: Int, _ capture: ScreenCapture, _ connection: DisplayConnection
    ) throws {
        try wait(for: connection) {
            _ = try capture.captureDamage()
            return (capture.width, capture.height) == (width, height)
        }
    }

    /// What is really there.
    private func part(of server: VirtualServer, _ area: Rectangle) -> [UInt32] {
        let pixels = server.truth.pixels()
        let width = server.truth.width
        return (area.y..<area.bottom).flatMap { pixels[$0 * width + area.x..<$0 * width + area.right] }
    }

    @Test("of one window holds that window only, follows its size and its end", arguments: CaptureMethod.allCases)
    func window(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = server.truth.makeWindow(x: 30, y: 40, width: 100, height: 50, colour: 0xAB_CD_EF)
        let capture = try ScreenCapture(connection: connection, window: window, method: method)
        #expect(try capture.captureDamage() == [Rectangle(width: 100, height: 50)])
        expectSame(words(capture), Array(repeating: 0xAB_CD_EF, count: 5_000))
        try connection.processPendingEvents()
        server.truth.fill(x: 0, y: 0, width: 20, height: 20, colour: 1)
        server.truth.fill(x: 4, y: 5, width: 6, height: 7, colour: 2, on: window)
        try wait(for: connection) { capture.hasDamage }
        #expect(try capture.captureDamage() == [Rectangle(x: 4, y: 5, width: 6, height: 7)])
        expectSame(words(capture), server.truth.pixels(of: window))
        XResizeWindow(server.truth.display, window, 60, 70)
        XSync(server.truth.display, 0)
        try wait(for: connection) {
            _ = try capture.captureDamage()
            return capture.takeEvents() == [.resized(width: 60, height: 70)]
        }
        expectSame(words(capture), server.truth.pixels(of: window))
        XDestroyWindow(server.truth.display, window)
        XSync(server.truth.display, 0)
        try wait(for: connection) { capture.takeEvents() == [.closed] }
        #expect(!capture.hasDamage)
        #expect(try capture.captureDamage().isEmpty)
    }

    @Test("a window that is hidden gives nothing until it is back", arguments: CaptureMethod.allCases)
    func hiddenWindow(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let window = server.truth.makeWindow(x: 30, y: 40, width: 100, height: 50, colour: 0xAB_CD_EF)
        let capture = try ScreenCapture(connection: connection, window: window, method: method)
        _ = try capture.captureDamage()
        XUnmapWindow(server.truth.display, window)
        XSync(server.truth.display, 0)
        capture.invalidate()
        _ = try capture.captureDamage()
        try connection.processPendingEvents()
        _ = try capture.captureDamage()
        #expect(!capture.hasDamage)
        XMapWindow(server.truth.display, window)
        XSync(server.truth.display, 0)
        server.truth.fill(x: 4, y: 5, width: 6, height: 7, colour: 2, on: window)
        try wait(for: connection) { capture.hasDamage }
        _ = try capture.captureDamage()
        expectSame(words(capture), server.truth.pixels(of: window))
    }

    @Test("converts 30-bit colour", arguments: CaptureMethod.allCases)
    func deepColour(method: CaptureMethod) throws {
        let server = try VirtualServer(depth: 30)
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        _ = try capture.captureDamage()
        server.truth.fill(x: 10, y: 10, width: 1, height: 1, colour: 0x3FF << 20 | 0x200 << 10 | 0x004)
        try wait(for: connection) { capture.hasDamage }
        #expect(try capture.captureDamage() == [Rectangle(x: 10, y: 10, width: 1, height: 1)])
        #expect(words(capture)[10 * 320 + 10] == 0xFF_80_01)
    }

    @Test("refuses displays with few colours and says so", arguments: [8, 16])
    func fewColours(depth: Int) throws {
        let server = try VirtualServer(depth: depth)
        let connection = try server.connect()
        let failure = #expect(throws: DisplayFailure.self) { try ScreenCapture(connection: connection) }
        #expect(failure == .unsupportedVisual(depth: depth, bitsPerPixel: depth))
        #expect(failure?.description.contains("\(depth)-bit") == true)
    }

    @Test("a terminal that scrolls ends up exact")
    func terminal() throws {
        let server = try VirtualServer(width: 640, height: 480)
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection)
        try withTemporaryDirectory { directory in
            // The last thing drawn is red, which nothing else is, and no cursor comes after it.
            let script = "printf '\\033[?25l'; seq 1 400; printf '\\033[48;5;196m '; sleep 999"
            let xterm = try server.start("xterm", ["-geometry", "80x24+10+10", "-e", "sh", "-c", script])
            defer { xterm.kill() }
            try wait(for: connection) {
                if capture.hasDamage { _ = try capture.captureDamage() }
                return server.truth.pixels().contains(0xFF_0000)
            }
            // The last damage may be told after the truth.
            try? wait(for: connection) {
                if capture.hasDamage { _ = try capture.captureDamage() }
                return words(capture) == server.truth.pixels()
            }
            expectSame(words(capture), server.truth.pixels())
        }
    }

    private func draw(on server: VirtualServer, _ random: inout SeededRandom) {
        server.truth.fill(
            x: Int.random(in: -20..<320, using: &random), y: Int.random(in: -20..<240, using: &random),
            width: Int.random(in: 1...90, using: &random), height: Int.random(in: 1...40, using: &random),
            colour: UInt32.random(in: 0...0xFF_FFFF, using: &random))
    }
}
