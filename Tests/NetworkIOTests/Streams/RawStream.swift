import Glibc
import NetworkIO
import WireFormat

/// A blocking TCP connection without manners: it writes bytes as told.
final class RawStream {
    private let descriptor: Int32

    /// - Parameter receiveBytes: a small receive buffer, to make the other end's queue fill.
    init(to address: TransportAddress, receiveBytes: Int32? = nil) throws(SystemFailure) {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        if var receiveBytes {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &receiveBytes, 4)
        }
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
        guard case .v4(let bits) = address.ip else { throw SystemFailure("family", code: EAFNOSUPPORT) }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = address.port.bigEndian
        form.sin_addr.s_addr = bits.bigEndian
        let result = withUnsafePointer(to: &form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw SystemFailure("connect") }
    }

    deinit { Glibc.close(descriptor) }

    /// Writes without waiting; false if the other end is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
        Glibc.send(descriptor, bytes, bytes.count, Int32(0x4000)) == bytes.count
    }

    /// What has come, without waiting; nil if the other end is gone.
    func read() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(0x40))
        guard count != 0 else { return nil }
        guard count > 0 else { return errno == EAGAIN ? [] : nil }
        return Array(bytes.prefix(count))
    }

    /// No more bytes will come from here.
    func finishWriting() { _ = shutdown(descriptor, 1) }
}
