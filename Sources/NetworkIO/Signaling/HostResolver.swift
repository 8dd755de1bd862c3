import CLinux
import Glibc
import WireFormat

/// Looks names up without holding a loop up.
public enum HostResolver {
    /// Resolves a name on a thread of its own; an address in text is its own result.
    ///
    /// - Parameter deliver: called once, on that thread, with all addresses in the system's order of preference; none if
    ///   the name is unknown.
    public static func resolve(_ host: String, deliver: @escaping @Sendable ([IPAddress]) -> Void) {
        if let ip = IPAddress(host) { return deliver([ip]) }
        do {
            _ = try WorkerThread(named: "resolver", isDetached: true) { deliver(addresses(of: host)) }
        } catch {
            deliver([])
        }
    }

    /// The addresses of a name, or an address in text itself, in the system's order of preference; waits for the answer.
    public static func addresses(of host: String) -> [IPAddress] {
        if let ip = IPAddress(host) { return [ip] }
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
        var head: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &head) == 0 else { return [] }
        defer { freeaddrinfo(head) }
        var result: [IPAddress] = []
        var next = head
        while let entry = next?.pointee {
            next = entry.ai_next
            guard let form = entry.ai_addr, let ip = KernelAddress.read(UnsafeRawPointer(form))?.ip else { continue }
            if !result.contains(ip.unmapped), result.count < 16 { result.append(ip.unmapped) }
        }
        return result
    }
}
