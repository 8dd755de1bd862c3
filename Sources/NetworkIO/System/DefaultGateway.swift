import Glibc
import PortMapping
import WireFormat

/// The router that packets to the internet go to first, as the kernel's routing table has it.
public enum DefaultGateway {
    private static let sizeLimit = 1 << 20

    /// The IPv4 default gateway, or nil if there is none.
    public static var address: IPAddress? {
        guard let file = fopen("/proc/net/route", "r") else { return nil }
        defer { fclose(file) }
        var text: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while text.count < sizeLimit {
            let count = fread(&chunk, 1, chunk.count, file)
            if count == 0 { break }
            text += chunk[..<count]
        }
        return DefaultRoute(table: String(decoding: text, as: UTF8.self))?.gateway
    }
}
