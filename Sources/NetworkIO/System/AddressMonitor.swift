import CLinux
import Glibc
import WireFormat

/// Tells at once when an address, an interface or a route of this machine comes or goes (rtnetlink(7)).
///
/// The kernel's messages only say that it is time to look: what there is then, `NetworkInterfaces.addresses` tells, for
/// messages get lost when many come at once.
public final class AddressMonitor {
    /// Readable when there is something to take; for `DatagramLoop.watch`.
    public let descriptor: Int32
    private var buffer = [UInt8](repeating: 0, count: 16_384)

    /// Messages read in one go; the rest waits for the next turn.
    private static let readsAtOnce = 64

    public init() throws(SystemFailure) {
        let type = SOCK_RAW.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        descriptor = socket(AF_NETLINK, Int32(type), Int32(NETLINK_ROUTE))
        guard descriptor >= 0 else { throw SystemFailure("socket(AF_NETLINK)") }
        var address = sockaddr_nl()
        address.nl_family = sa_family_t(AF_NETLINK)
        address.nl_groups =
            UInt32(RTMGRP_LINK) | UInt32(RTMGRP_IPV4_IFADDR) | UInt32(RTMGRP_IPV6_IFADDR) | UInt32(RTMGRP_IPV4_ROUTE)
            | UInt32(RTMGRP_IPV6_ROUTE)
        let size = socklen_t(MemoryLayout<sockaddr_nl>.size)
        let code = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, size) }
        }
        guard code == 0 else {
            let failure = SystemFailure("bind(AF_NETLINK)")
            Glibc.close(descriptor)
            throw failure
        }
    }

    deinit { Glibc.close(descriptor) }

    /// Takes what has happened since the last call.
    ///
    /// - Parameter body: called with each change that can be told.
    /// - Returns: whether anything may have changed; true also when messages were lost.
    public func takeChanges(_ body: (AddressChange) -> Void = { _ in }) -> Bool {
        var isChanged = false
        for _ in 0..<Self.readsAtOnce {
            var source = sockaddr_nl()
            var size = socklen_t(MemoryLayout<sockaddr_nl>.size)
            let count = withUnsafeMutablePointer(to: &source) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    recvfrom(descriptor, &buffer, buffer.count, 0, address, &size)
                }
            }
            guard count >= 0 else {
                if errno == EINTR { continue }
                // Lost messages: whatever they said, it is time to look.
                if errno == ENOBUFS {
                    isChanged = true
                    continue
                }
                return isChanged
            }
            // Only the kernel has port 0 (netlink(7)).
            guard source.nl_pid == 0 else { continue }
            var reader = RouteMessageReader(buffer.span.extracting(0..<count))
            while let change = reader.next() {
                isChanged = true
                body(change)
            }
        }
        return isChanged
    }
}
