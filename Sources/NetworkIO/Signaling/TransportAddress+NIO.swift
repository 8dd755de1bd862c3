import NIOCore
import WireFormat

extension TransportAddress {
    /// A NIO address that is an internet address; IPv4 in IPv6 form becomes IPv4.
    init?(_ address: SocketAddress) {
        guard let text = address.ipAddress, let port = address.port,
            let ip = IPAddress(String(text.prefix { $0 != "%" }))
        else { return nil }
        self.init(ip: ip.unmapped, port: UInt16(clamping: port))
    }
}

/// An error in words.
func describe(_ error: any Error) -> String {
    switch error {
    case let error as IOError: error.description
    case let error as any CustomStringConvertible: error.description
    default: "\(error)"
    }
}
