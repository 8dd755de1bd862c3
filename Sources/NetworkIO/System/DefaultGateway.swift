import Glibc
import WireFormat

/// The router that packets to the internet go to first, as the kernel's routing table has it.
public enum DefaultGateway {
    /// RTF_GATEWAY of `linux/route.h`.
    private static let routeHasGateway: UInt32 = 2

    /// The IPv4 default gateway, or nil if there is none.
    public static var address: IPAddress? {
        guard let file = fopen("/proc/net/route", "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while text.count < 1 << 20 {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            text += chunk[..<count]
        }
        return parse(String(decoding: text, as: UTF8.self))
    }

    /// Reads the table's text: the gateway of the route to 0.0.0.0/0 that is up, in the machine's byte order.
    static func parse(_ text: String) -> IPAddress? {
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(whereSeparator: { $0 == "\t" || $0 == " " })
            guard fields.count > 7, fields[1] == "00000000", fields[7] == "00000000",
                let flags = UInt32(fields[3], radix: 16), flags & routeHasGateway != 0,
                let gateway = UInt32(fields[2], radix: 16)
            else { continue }
            return .v4(UInt32(bigEndian: gateway))
        }
        return nil
    }
}
