import CLinux
import Foundation
import NetworkIO
import WireFormat

/// A copy over TCP with nothing around it, by the kernel and its congestion control: what a path gives to a program that
/// neither encrypts nor checks nor writes.
enum TCPCopy {
    private static let pieceBytes = 64 << 10

    /// - Parameter namespace: where the bytes go to; nil for this process's own.
    /// - Returns: seconds from the call that connects until the receiver has said that it has everything.
    /// - Throws: `BenchFailure` or `SystemFailure`.
    static func seconds(bytes: Int, to ip: IPAddress, in namespace: String?) throws -> Double {
        let listening: @Sendable () -> Int32 = { listen(at: ip) }
        let listener = try namespace.map { try NamespaceSocket.open(in: $0, listening) } ?? listening()
        guard listener >= 0 else { throw BenchFailure.noLaboratory("no TCP port at \(ip)") }
        defer { close(listener) }
        guard let port = port(of: listener) else { throw SystemFailure("getsockname") }
        let receiver = try WorkerThread(named: "tcp-copy") { take(bytes, from: listener) }
        defer { receiver.join() }
        let start = ProcessorClock.wallSeconds
        guard send(bytes, to: ip, port) else { throw BenchFailure.noLaboratory("a TCP copy to \(ip) broke off") }
        return ProcessorClock.wallSeconds - start
    }

    /// What the kernel uses when nobody asks for another.
    static var congestionControl: String {
        let text = try? String(contentsOfFile: "/proc/sys/net/ipv4/tcp_congestion_control", encoding: .utf8)
        return text?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "unknown"
    }

    private static func socket() -> Int32 {
        Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    }

    private static func listen(at ip: IPAddress) -> Int32 {
        let descriptor = socket()
        guard PlainSocket.withAddress(ip, 0, { bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, 1) == 0
        else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    /// The free one that the kernel chose.
    private static func port(of descriptor: Int32) -> UInt16? {
        var form = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        return result == 0 ? UInt16(bigEndian: form.sin_port) : nil
    }

    private static func take(_ bytes: Int, from listener: Int32) {
        var wanted = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
        guard poll(&wanted, 1, 10_000) == 1 else { return }
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var buffer = [UInt8](repeating: 0, count: pieceBytes)
        var rest = bytes
        while rest > 0 {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            rest -= count
        }
        _ = Glibc.send(descriptor, buffer, 1, 0)
    }

    private static func send(_ bytes: Int, to ip: IPAddress, _ port: UInt16) -> Bool {
        let descriptor = socket()
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard PlainSocket.withAddress(ip, port, { connect(descriptor, $0, $1) }) == 0 else { return false }
        var buffer = [UInt8](repeating: 0x5A, count: pieceBytes)
        var rest = bytes
        while rest > 0 {
            let count = Glibc.send(descriptor, buffer, min(rest, buffer.count), Int32(MSG_NOSIGNAL))
            guard count > 0 else { return false }
            rest -= count
        }
        return recv(descriptor, &buffer, 1, 0) == 1
    }
}
