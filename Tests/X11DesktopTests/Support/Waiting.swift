import Glibc
import X11Desktop

struct WaitedInVain: Error {}

/// Runs a connection's event loop until something is true; a bound for the hung case, not a measure.
func wait(
    for connections: DisplayConnection..., seconds: Int = 20, until isDone: () throws -> Bool
) throws {
    for _ in 0..<(seconds * 50) {
        for connection in connections { try connection.processPendingEvents() }
        if try isDone() { return }
        var descriptors = connections.map { pollfd(fd: $0.fileDescriptor, events: Int16(POLLIN), revents: 0) }
        poll(&descriptors, nfds_t(descriptors.count), 20)
    }
    throw WaitedInVain()
}

/// Whether anything arrives within a moment.
func hasTraffic(_ connection: DisplayConnection, milliseconds: Int32) -> Bool {
    var descriptor = pollfd(fd: connection.fileDescriptor, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, milliseconds) > 0
}

/// A file's text, `nil` while it is missing.
func contents(of path: String) -> String? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    while true {
        let byte = getc(file)
        if byte == EOF { return String(decoding: bytes, as: UTF8.self) }
        bytes.append(UInt8(truncatingIfNeeded: byte))
    }
}

/// A new directory for one test; removed by `body`'s end.
func withTemporaryDirectory(_ body: (String) throws -> Void) throws {
    var template = Array("/tmp/beeline-x11-XXXXXX".utf8CString)
    guard let path = mkdtemp(&template).map({ String(cString: $0) }) else { throw WaitedInVain() }
    defer { _ = try? ChildProcess.output("rm", ["-rf", path]) }
    try body(path)
}

/// Waits until the server has done what was sent on this connection, so that another one sees it: a reply tells.
func settle(_ connection: DisplayConnection) throws {
    _ = try CursorSource(connection: connection).position()
}
