import Glibc
import WireFormat

/// The machine's own addresses.
public enum NetworkInterfaces {
    /// An address and the interface that has it.
    public struct Address: Hashable, Sendable {
        /// The interface's, such as `eth0`.
        public let name: String
        public let ip: IPAddress
    }

    /// The addresses of all interfaces that are up, in the kernel's order; bridges and tunnels too, since a peer may
    /// well be behind one.
    ///
    /// Left out: IPv6 link-local addresses, which mean nothing without a scope that no candidate carries; loopback
    /// unless asked for.
    public static func addresses(includingLoopback: Bool = false) throws(SystemFailure) -> [Address] {
        var head: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&head) == 0 else { throw SystemFailure("getifaddrs") }
        defer { freeifaddrs(head) }
        var result: [Address] = []
        var next = head
        while let entry = next?.pointee {
            next = entry.ifa_next
            let flags = Int32(bitPattern: entry.ifa_flags)
            guard flags & Int32(IFF_UP) != 0, let form = entry.ifa_addr,
                let ip = KernelAddress.read(UnsafeRawPointer(form))?.ip
            else { continue }
            if ip.isLoopback, !includingLoopback { continue }
            if !ip.isIPv4, ip.isLinkLocal { continue }
            result.append(Address(name: String(cString: entry.ifa_name), ip: ip))
        }
        return result
    }
}
