import CLinux
import Glibc
import WireFormat

/// A bound UDP socket, non-blocking.
final class DatagramSocket {
    let descriptor: Int32
    let local: TransportAddress
    /// Cleared when the kernel or the interface refuses UDP_SEGMENT.
    var canSegment = true
    /// Where in which batch of packets its last ones stand.
    var lastRun: (batch: UInt64, index: Int) = (0, 0)
    private var appetite = ReceiveAppetite()

    /// Numbers of `linux/in.h` and `linux/in6.h` that the Glibc module lacks or shows under another type.
    private enum Option {
        static let probe: Int32 = 3  // IP_PMTUDISC_PROBE: DF set, and the kernel's own idea of the MTU is not enforced.
        static let mtuDiscovery4: Int32 = 10
        static let mtuDiscovery6: Int32 = 23
        static let receiveBufferForce: Int32 = 33
        static let sendBufferForce: Int32 = 32
    }

    init(_ wanted: TransportAddress, bufferBytes: Int, sharesPort: Bool) throws(SystemFailure) {
        let family = wanted.ip.isIPv4 ? AF_INET : AF_INET6
        let flags = Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(family, flags, 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        do {
            Self.configure(descriptor, isIPv4: wanted.ip.isIPv4, bufferBytes: bufferBytes, sharesPort: sharesPort)
            local = try Self.bind(descriptor, to: wanted)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    deinit { Glibc.close(descriptor) }

    /// How many datagrams to ask for.
    func nextBatch(inTurn turn: UInt64) -> Int { appetite.next(inTurn: turn) }

    func hasReceived(_ count: Int, inTurn turn: UInt64) { appetite.note(count, inTurn: turn) }

    private static func bind(
        _ descriptor: Int32, to wanted: TransportAddress
    ) throws(SystemFailure) -> TransportAddress {
        let form = UnsafeMutableRawPointer.allocate(byteCount: KernelAddress.byteCount, alignment: 8)
        defer { form.deallocate() }
        var length = KernelAddress.write(wanted, to: form)
        guard Glibc.bind(descriptor, form.assumingMemoryBound(to: sockaddr.self), length) == 0 else {
            throw SystemFailure("bind \(wanted)")
        }
        length = socklen_t(KernelAddress.byteCount)
        guard getsockname(descriptor, form.assumingMemoryBound(to: sockaddr.self), &length) == 0,
            let bound = KernelAddress.read(form)
        else { throw SystemFailure("getsockname") }
        return bound
    }

    /// None of these is needed for being right, so none of them may fail the socket.
    private static func configure(_ descriptor: Int32, isIPv4: Bool, bufferBytes: Int, sharesPort: Bool) {
        func set(_ level: Int32, _ option: Int32, _ value: Int32) -> Bool {
            var value = value
            return setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size)) == 0
        }
        let bytes = Int32(clamping: bufferBytes)
        if !set(SOL_SOCKET, Option.receiveBufferForce, bytes) { _ = set(SOL_SOCKET, SO_RCVBUF, bytes) }
        if !set(SOL_SOCKET, Option.sendBufferForce, bytes) { _ = set(SOL_SOCKET, SO_SNDBUF, bytes) }
        if sharesPort { _ = set(SOL_SOCKET, SO_REUSEPORT, 1) }
        if isIPv4 {
            _ = set(Int32(IPPROTO_IP), Option.mtuDiscovery4, Option.probe)
            _ = set(Int32(IPPROTO_IP), ControlType.receiveTypeOfService, 1)
        } else {
            _ = set(Int32(IPPROTO_IPV6), Int32(IPV6_V6ONLY), 1)
            _ = set(Int32(IPPROTO_IPV6), Option.mtuDiscovery6, Option.probe)
            _ = set(Int32(IPPROTO_IPV6), ControlType.receiveTrafficClass, 1)
        }
        _ = set(Int32(IPPROTO_UDP), Int32(UDP_GRO), 1)
    }
}
