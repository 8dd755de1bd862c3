import Glibc
import WireFormat

/// The kernel's form of a transport address, read and written in place: no allocation per packet.
enum KernelAddress {
    /// The room of the larger of `sockaddr_in` and `sockaddr_in6`, rounded up to keep a row of them aligned.
    static let byteCount = 32

    /// Writes an address; returns its length.
    static func write(_ address: TransportAddress, to memory: UnsafeMutableRawPointer) -> socklen_t {
        switch address.ip {
        case .v4(let bits):
            var form = sockaddr_in()
            form.sin_family = sa_family_t(AF_INET)
            form.sin_port = address.port.bigEndian
            form.sin_addr.s_addr = bits.bigEndian
            memory.storeBytes(of: form, as: sockaddr_in.self)
            return socklen_t(MemoryLayout<sockaddr_in>.size)
        case .v6(let high, let low):
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = address.port.bigEndian
            withUnsafeMutableBytes(of: &form.sin6_addr) { bytes in
                bytes.storeBytes(of: high.bigEndian, as: UInt64.self)
                bytes.storeBytes(of: low.bigEndian, toByteOffset: 8, as: UInt64.self)
            }
            memory.storeBytes(of: form, as: sockaddr_in6.self)
            return socklen_t(MemoryLayout<sockaddr_in6>.size)
        }
    }

    /// Reads an address; nil if it is of another family.
    static func read(_ memory: UnsafeRawPointer) -> TransportAddress? {
        switch Int32(memory.load(as: sa_family_t.self)) {
        case AF_INET:
            let form = memory.loadUnaligned(as: sockaddr_in.self)
            return TransportAddress(
                ip: .v4(UInt32(bigEndian: form.sin_addr.s_addr)), port: UInt16(bigEndian: form.sin_port))
        case AF_INET6:
            let form = memory.loadUnaligned(as: sockaddr_in6.self)
            let (high, low) = withUnsafeBytes(of: form.sin6_addr) { bytes in
                (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            }
            return TransportAddress(
                ip: .v6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)),
                port: UInt16(bigEndian: form.sin6_port))
        default: return nil
        }
    }
}
