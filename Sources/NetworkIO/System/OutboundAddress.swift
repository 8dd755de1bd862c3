import CLinux
import Glibc
import WireFormat

/// Which of the machine's addresses packets to somewhere leave from.
public enum OutboundAddress {
    /// The local address that the kernel's routing takes on the way to a remote one; nil if there is no way. Nothing is
    /// sent.
    public static func toward(_ remote: IPAddress) -> IPAddress? {
        let descriptor = socket(
            remote.isIPv4 ? AF_INET : AF_INET6, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { Glibc.close(descriptor) }
        let form = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
        defer { form.deallocate() }
        // Any port: connecting a datagram socket only looks up the route.
        var length = KernelAddress.write(TransportAddress(ip: remote, port: 9), to: form)
        guard connect(descriptor, form.assumingMemoryBound(to: sockaddr.self), length) == 0 else { return nil }
        length = socklen_t(KernelAddress.byteCount)
        guard getsockname(descriptor, form.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return nil }
        return KernelAddress.read(form)?.ip
    }
}
