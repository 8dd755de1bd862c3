import CLinux
import Foundation

/// The bytes of a VNC connection, counted.
package final class RFBStream {
    private static let bufferSize = 262_144

    private let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: bufferSize)
    private var start = 0
    private var end = 0
    /// All that came from the server so far.
    package private(set) var bytesReceived = 0

    /// - Parameter descriptor: of a connected socket, closed at the end.
    package init(descriptor: Int32) { self.descriptor = descriptor }

    init(address: String, port: Int) throws(BenchFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(port).bigEndian
        guard inet_pton(AF_INET, address, &target.sin_addr) == 1 else { throw .noView("\(address) is no address") }
        let isConnected = withUnsafePointer(to: &target) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard isConnected else { throw .noView("port \(port): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Ends it for a thread that reads.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }

    func write(_ bytes: [UInt8]) throws(BenchFailure) {
        guard send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw .noView("the connection is gone")
        }
    }

    private func fill() throws(BenchFailure) {
        start = 0
        end = max(0, read(descriptor, &buffer, buffer.count))
        bytesReceived += end
        guard end > 0 else { throw .noView("the server hung up") }
    }

    /// How many bytes have come that nobody has asked for yet.
    package var bytesBuffered: Int { end - start }

    func byte() throws(BenchFailure) -> UInt8 {
        if start == end { try fill() }
        start += 1
        return buffer[start - 1]
    }

    func word() throws(BenchFailure) -> Int { Int(try byte()) << 8 | Int(try byte()) }

    func long() throws(BenchFailure) -> Int { try word() << 16 | (try word()) }

    func skip(_ count: Int) throws(BenchFailure) {
        guard count >= 0 else { throw .noView("a length below zero") }
        var rest = count
        while rest > 0 {
            if start == end { try fill() }
            let part = min(rest, end - start)
            start += part
            rest -= part
        }
    }

    func take(_ count: Int) throws(BenchFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count { bytes.append(try byte()) }
        return bytes
    }
}
