import Glibc
import Testing
import WireFormat

/// A port that listens and hears nothing: a filter drops what comes, so that no reset is sent.
final class SilentPort {
    let address: TransportAddress
    private let descriptor: Int32

    /// SO_ATTACH_FILTER of `asm-generic/socket.h`.
    private static let attachFilter: Int32 = 26

    init() throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.descriptor = descriptor
        var one: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, 4)
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &one, 4)
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        try withUnsafeMutablePointer(to: &name) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                try #require(bind(descriptor, name, length) == 0)
                try #require(getsockname(descriptor, name, &length) == 0)
            }
        }
        address = TransportAddress(ip: .v4(0x7F00_0001), port: UInt16(bigEndian: name.sin_port))
        // One instruction, "return 0": keep nothing of the packet.
        var instruction: UInt64 = 0x06
        let isSilent = withUnsafeMutablePointer(to: &instruction) { pointer in
            var program = (UInt64(1), UInt64(UInt(bitPattern: pointer)))
            return setsockopt(descriptor, SOL_SOCKET, Self.attachFilter, &program, 16) == 0
        }
        try #require(isSilent)
        try #require(listen(descriptor, 1) == 0)
    }

    deinit { close(descriptor) }
}
