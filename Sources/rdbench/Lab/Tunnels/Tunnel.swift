import CLinux
import Foundation

/// A network interface whose packets this process reads and writes. It may be moved into any namespace.
final class Tunnel: @unchecked Sendable {
    /// What the kernel knows it by until it is moved.
    let name: String
    let descriptor: Int32

    init(number: Int) throws(BenchFailure) {
        name = "tunnel\(number)"
        descriptor = linux_open_tunnel(name)
        guard descriptor >= 0 else {
            throw .noLaboratory("/dev/net/tun cannot be used: \(String(cString: strerror(errno)))")
        }
    }

    deinit { close(descriptor) }

    /// The next packet, or nil if there is none now.
    func read(into buffer: inout [UInt8]) -> [UInt8]? {
        let count = Foundation.read(descriptor, &buffer, buffer.count)
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// A packet that the kernel does not take is lost, as on any link.
    func write(_ packet: [UInt8]) { _ = Foundation.write(descriptor, packet, packet.count) }
}
