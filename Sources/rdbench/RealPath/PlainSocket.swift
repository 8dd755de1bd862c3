import CLinux
import Foundation
import WireFormat

/// UDP over IPv4 with nothing around it.
enum PlainSocket {
    /// - Returns: a descriptor, or -1.
    static func open(bound ip: IPAddress, port: UInt16) -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return -1 }
        guard withAddress(ip, port, { bind(descriptor, $0, $1) }) == 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    static func isReadable(_ descriptor: Int32, milliseconds: Int32) -> Bool {
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&wanted, 1, milliseconds) == 1
    }

    /// Sends datagrams to an echo, one after the other.
    ///
    /// - Returns: the milliseconds that each took to come back; what is lost does not count.
    static func roundTrips(to ip: IPAddress, port: UInt16, from local: IPAddress, count: Int) -> [Double] {
        let descriptor = open(bound: local, port: 0)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var times: [Double] = []
        for number in 0..<count {
            var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 64)
            let start = ProcessorClock.wallSeconds
            _ = withAddress(ip, port) { Int32(truncatingIfNeeded: sendto(descriptor, bytes, bytes.count, 0, $0, $1)) }
            while isReadable(descriptor, milliseconds: 1_000), recv(descriptor, &bytes, bytes.count, 0) > 0 {
                // A late one of those before is none.
                guard bytes[0] == UInt8(truncatingIfNeeded: number) else { continue }
                times.append((ProcessorClock.wallSeconds - start) * 1_000)
                break
            }
            usleep(20_000)
        }
        return times
    }

    static func withAddress(
        _ ip: IPAddress, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        guard case .v4(let bits) = ip else { return -1 }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = port.bigEndian
        form.sin_addr.s_addr = bits.bigEndian
        return withUnsafePointer(to: form) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
