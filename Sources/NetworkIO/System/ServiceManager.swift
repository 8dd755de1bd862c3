import CLinux
import Glibc

/// Tells the service manager that started this process how it is (sd_notify(3)): a line to the socket that it named.
public struct ServiceManager: Sendable {
    private let path: [UInt8]

    /// - Parameter socket: the value of `NOTIFY_SOCKET`: a path, or `@` and an abstract name. Nil for any other.
    public init?(socket: String?) {
        guard let socket, socket.hasPrefix("/") || socket.hasPrefix("@") else { return nil }
        var path = Array(socket.utf8)
        // sun_path has 108 bytes, the last of which ends a path.
        guard (2...107).contains(path.count) else { return nil }
        if path[0] == 0x40 { path[0] = 0 }
        self.path = path
    }

    /// - Returns: false if nobody takes it; nothing depends on it.
    @discardableResult
    public func tell(_ text: String) -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        // An abstract name is as long as the address says, not ended by a zero.
        let size = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        let bytes = Array(text.utf8)
        let sent = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size)
            }
        }
        return sent == bytes.count
    }
}
