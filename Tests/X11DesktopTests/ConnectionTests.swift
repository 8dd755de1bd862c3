import CX11
import Testing
import X11Desktop

@Suite("Display connection", .enabled(if: VirtualServer.isUsable(), "Xvfb is missing"))
struct ConnectionTests {
    @Test("says which display cannot be opened")
    func unknownDisplay() {
        let failure = #expect(throws: DisplayFailure.self) { try DisplayConnection(name: ":98765") }
        #expect(failure == .cannotOpen(name: ":98765"))
        #expect(failure?.description.contains("':98765'") == true)
    }

    @Test("finds all extensions on Xvfb")
    func extensions() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        #expect(connection.missing(DisplayExtension.allCases).isEmpty)
        #expect(connection.name == server.name)
    }

    @Test("the server's end is an error at every object, and the process lives", arguments: CaptureMethod.allCases)
    func serverKilled(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        let cursor = try CursorSource(connection: connection)
        let injector = try InputInjector(connection: connection)
        let clipboard = try Clipboard(connection: connection)
        let window = try ViewerWindow(connection: connection, title: "viewer", width: 100, height: 80)
        _ = try capture.captureDamage()
        try injector.setKey(0x61, isPressed: true)
        #expect(connection.isAlive)
        server.kill()
        #expect(throws: DisplayFailure.connectionLost) { try wait(for: connection) { false } }
        #expect(!connection.isAlive)
        #expect(throws: DisplayFailure.connectionLost) { try capture.captureDamage() }
        #expect(throws: DisplayFailure.connectionLost) { try cursor.position() }
        #expect(throws: DisplayFailure.connectionLost) { try injector.setKey(0x62, isPressed: true) }
        #expect(throws: DisplayFailure.connectionLost) { try clipboard.setText("text") }
        let pixels = [UInt32](repeating: 0, count: 8_000)
        #expect(throws: DisplayFailure.connectionLost) {
            try window.present(pixels.span, width: 100, height: 80, damage: [])
        }
        injector.releaseAll()
        window.setTitle("still here")
    }

    @Test("the server's end is noticed first in the middle of any request", arguments: CaptureMethod.allCases)
    func serverKilledUnnoticed(method: CaptureMethod) throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: method)
        server.kill()
        #expect(throws: DisplayFailure.connectionLost) { try capture.captureDamage() }
        #expect(throws: DisplayFailure.connectionLost) { try connection.processPendingEvents() }
    }

    @Test("refused requests are counted")
    func refusedRequests() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let failure = #expect(throws: DisplayFailure.self) {
            try ScreenCapture(connection: connection, window: 0x7FFF_FFFF)
        }
        #expect(failure?.description.contains("window") == true)
        #expect(connection.refusedRequests > 0)
        #expect(connection.isAlive)
    }

    @Test("shared memory is gone with its users")
    func sharedMemory() throws {
        let server = try VirtualServer()
        let connection = try server.connect()
        let capture = try ScreenCapture(connection: connection, method: .sharedPixmap)
        _ = try capture.captureDamage()
        let segments = contents(of: "/proc/sysvipc/shm") ?? ""
        // Every segment of ours is marked for removal: mode 1600 (SHM_DEST and 0600).
        let size = String(320 * 240 * 4)
        let lines = segments.split(separator: "\n").map { $0.split(separator: " ") }
        let ours = lines.filter { $0.count > 3 && $0[3] == size }
        #expect(!ours.isEmpty)
        #expect(ours.allSatisfy { $0[2] == "1600" })
    }
}
