import ArgumentParser
import WireFormat

/// Where a host takes viewers that come without a server.
struct ListenAddress: ExpressibleByArgument, Equatable {
    /// The port that `rdpeer view ADDRESS` goes to: no registered service has it.
    static let usualPort: UInt16 = 8_471

    /// Nil for all of the machine's.
    let ip: IPAddress?
    /// 0 for any that is free.
    let port: UInt16

    init?(argument: String) {
        if let port = TransportAddress.parsePort(argument[...]) {
            (ip, self.port) = (nil, port)
        } else if let address = TransportAddress(argument) {
            (ip, port) = (address.ip.isUnspecified ? nil : address.ip, address.port)
        } else {
            return nil
        }
    }
}
