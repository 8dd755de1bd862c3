import Glibc
import Synchronization

/// A port that is free for TCP and UDP at 127.0.0.1 as this is written, and that no other test has been given: programs
/// that cannot take any are given one. The kernel gives out none of these by itself.
enum FreePort {
    private static let ports: ClosedRange<UInt16> = 20_000...29_999
    private static let given = Atomic<Int>(Int(getpid()))

    static func next() throws -> UInt16 {
        for _ in ports {
            let number = given.wrappingAdd(1, ordering: .relaxed).newValue
            let port = ports.lowerBound + UInt16(number % ports.count)
            let isFree = [SOCK_STREAM, SOCK_DGRAM].allSatisfy { type in
                let descriptor = socket(AF_INET, Int32(type.rawValue), 0)
                defer { close(descriptor) }
                var form = sockaddr_in()
                form.sin_family = sa_family_t(AF_INET)
                form.sin_port = port.bigEndian
                form.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
                return withUnsafePointer(to: &form) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                    }
                }
            }
            if isFree { return port }
        }
        throw LineProcess.Failure(description: "no port is free")
    }
}
