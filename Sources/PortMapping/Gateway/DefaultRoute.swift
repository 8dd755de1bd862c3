import WireFormat

/// The route that packets to the internet take, out of the kernel's table of IPv4 routes as Linux writes it to
/// `/proc/net/route`.
public struct DefaultRoute: Equatable, Sendable {
    /// RTF_GATEWAY of `linux/route.h`.
    private static let routeHasGateway: UInt32 = 2

    public let gateway: IPAddress

    /// The first route to 0.0.0.0/0 that has a gateway, nil if there is none. Lines that make no sense are skipped.
    ///
    /// - Parameter text: fields are parted by tabs, addresses are in hexadecimal, in the machine's byte order.
    public init?(table text: String) {
        guard let gateway = text.split(separator: "\n").dropFirst().lazy.compactMap(Self.gateway).first else {
            return nil
        }
        self.gateway = gateway
    }

    private static func gateway(_ line: Substring) -> IPAddress? {
        let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
        guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
            let flags = UInt32(fields[3], radix: 16), flags & routeHasGateway != 0,
            let gateway = UInt32(fields[2], radix: 16)
        else { return nil }
        return .v4(UInt32(bigEndian: gateway))
    }
}
