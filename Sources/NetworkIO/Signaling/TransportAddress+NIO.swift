import Glibc
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

/// An error in words, without the names of functions that NIO puts into its own.
func describe(_ error: any Error) -> String {
    switch error {
    case let error as IOError: describe(code: error.errnoCode)
    case let error as SocketAddressError: describe(error)
    case let error as SocketAddressError.UnknownHost: error.errorDescription
    case let error as any CustomStringConvertible: error.description
    default: "\(error)"
    }
}

private func describe(code: Int32) -> String {
    switch code {
    case ECONNREFUSED: "connection refused: nothing listens at that port, or a firewall refuses it"
    case EHOSTUNREACH, ENETUNREACH: "no network leads there from this machine"
    case ETIMEDOUT: "it does not answer"
    case ECONNRESET: "it broke the connection off"
    default: String(cString: strerror(code))
    }
}

private func describe(_ error: SocketAddressError) -> String {
    if case .unknown = error { "the name is not known" } else { "\(error)" }
}
