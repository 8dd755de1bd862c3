import CLinux
import Glibc
import WireFormat

/// A TCP socket, non-blocking, closed with its owner.
final class StreamSocket {
    let descriptor: Int32

    init(isIPv4: Bool) throws(SystemFailure) {
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        descriptor = socket(isIPv4 ? AF_INET : AF_INET6, flags, 0)
        guard descriptor >= 0 else { throw SystemFailure("socket") }
        if !isIPv4 { set(Int32(IPPROTO_IPV6), Int32(IPV6_V6ONLY), 1) }
    }

    /// Takes a connected socket over.
    init(owning descriptor: Int32) { self.descriptor = descriptor }

    /// Takes a connection that waits at a listener, or throws what `errno` says.
    init(acceptedBy listener: StreamSocket) throws(SystemFailure) {
        descriptor = Glibc.accept(listener.descriptor, nil, nil)
        guard descriptor >= 0 else { throw SystemFailure("accept") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { if descriptor >= 0 { Glibc.close(descriptor) } }

    func bind(_ address: TransportAddress) throws(SystemFailure) {
        let result = Self.withKernelForm(of: address) { Glibc.bind(descriptor, $0, $1) }
        guard result == 0 else { throw SystemFailure("bind \(address)") }
    }

    /// Lets other sockets of this user have the same port, one that listens and those that connect from it.
    func sharePort() {
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        set(SOL_SOCKET, SO_REUSEPORT, 1)
    }

    /// Listens: a port whose connections of an earlier process still linger may be had again.
    func listen(on address: TransportAddress, backlog: Int32) throws(SystemFailure) {
        set(SOL_SOCKET, SO_REUSEADDR, 1)
        try bind(address)
        guard Glibc.listen(descriptor, backlog) == 0 else { throw SystemFailure("listen \(address)") }
    }

    /// Begins to connect; the socket is writable when that is done.
    func connect(to address: TransportAddress) throws(SystemFailure) {
        let result = Self.withKernelForm(of: address) { Glibc.connect(descriptor, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw SystemFailure("connect \(address)") }
    }

    /// What became of `connect`.
    func connectResult() throws(SystemFailure) {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) == 0 else {
            throw SystemFailure("getsockopt")
        }
        guard code == 0 else { throw SystemFailure("connect", code: code) }
    }

    var localAddress: TransportAddress? { Self.read { getsockname(descriptor, $0, $1) } }

    var remoteAddress: TransportAddress? { Self.read { getpeername(descriptor, $0, $1) } }

    /// None of these is needed for being right, so none of them may fail the connection.
    func configure(_ configuration: StreamConfiguration) {
        let tcp = Int32(IPPROTO_TCP)
        // Frames are sent in batches already, and each of them is wanted at once.
        set(tcp, TCP_NODELAY, 1)
        set(tcp, TCP_NOTSENT_LOWAT, configuration.unsentBytes)
        set(tcp, TCP_USER_TIMEOUT, configuration.deadPeerMilliseconds)
        set(SOL_SOCKET, SO_KEEPALIVE, 1)
        set(tcp, TCP_KEEPIDLE, configuration.keepaliveSeconds)
        set(tcp, TCP_KEEPINTVL, max(1, configuration.keepaliveSeconds / 3))
        set(tcp, TCP_KEEPCNT, 3)
    }

    /// Makes closing tell the other end at once that nothing more is taken, and leaves nothing behind in the kernel.
    func abortOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func set(_ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        _ = setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    private static func withKernelForm(
        of address: TransportAddress, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        withUnsafeTemporaryAllocation(byteCount: KernelAddress.byteCount, alignment: 8) { memory in
            guard let start = memory.baseAddress else { return -1 }
            let length = KernelAddress.write(address, to: start)
            return body(UnsafePointer(start.assumingMemoryBound(to: sockaddr.self)), length)
        }
    }

    private static func read(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> TransportAddress? {
        withUnsafeTemporaryAllocation(byteCount: KernelAddress.byteCount, alignment: 8) { memory in
            guard let start = memory.baseAddress else { return nil }
            var length = socklen_t(KernelAddress.byteCount)
            guard body(start.assumingMemoryBound(to: sockaddr.self), &length) == 0 else { return nil }
            return KernelAddress.read(UnsafeRawPointer(start))
        }
    }
}
