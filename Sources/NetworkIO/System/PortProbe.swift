import CLinux
import Glibc
import WireFormat

/// Tries whether a port could be listened on.
public enum PortProbe {
    /// Binds it for a moment.
    ///
    /// - Parameter isStream: TCP, else UDP.
    /// - Returns: 0, or the system's reason why it cannot be.
    public static func bind(_ address: TransportAddress, isStream: Bool) -> Int32 {
        let kind = isStream ? Int32(SOCK_STREAM.rawValue) : Int32(SOCK_DGRAM.rawValue)
        let descriptor = socket(address.ip.isIPv4 ? AF_INET : AF_INET6, kind | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        if isStream {
            // As servers do, so that connections that have just ended are no obstacle.
            var one: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        }
        let result = withUnsafeTemporaryAllocation(byteCount: KernelAddress.byteCount, alignment: 8) {
            memory -> Int32 in
            guard let start = memory.baseAddress else { return -1 }
            let length = KernelAddress.write(address, to: start)
            return Glibc.bind(descriptor, start.assumingMemoryBound(to: sockaddr.self), length)
        }
        guard result == 0 else { return errno }
        return isStream && listen(descriptor, 1) != 0 ? errno : 0
    }
}
