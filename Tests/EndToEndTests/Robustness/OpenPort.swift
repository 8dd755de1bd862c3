import Foundation

/// A port that a process listens on, found the way an attacker on the same machine would.
struct OpenPort: Hashable {
    enum Kind { case datagrams, connections }

    let kind: Kind
    let isIPv4: Bool
    /// As many words as the address has, each as it lies in memory.
    let address: [UInt32]
    let port: UInt16

    /// All open ports of some processes, in the kernel's order.
    static func all(of processes: [ChildProcess]) -> [OpenPort] {
        let sockets = Set(processes.flatMap { inodes(of: $0.identifier) })
        let tables: [(String, Kind, String)] = [
            ("udp", .datagrams, "07"), ("udp6", .datagrams, "07"), ("tcp", .connections, "0A"),
            ("tcp6", .connections, "0A"),
        ]
        return tables.flatMap { name, kind, state in
            let table = wholeText(of: "/proc/net/\(name)")
            return table.split(separator: "\n").dropFirst().compactMap { line -> OpenPort? in
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[3] == state, sockets.contains(String(fields[9])) else { return nil }
                return OpenPort(kind, fields[1])
            }
        }
    }

    /// The kernel hands such tables out in pieces of at most a page, which a reader of files may take for the end.
    private static func wholeText(of file: String) -> String {
        guard let handle = FileHandle(forReadingAtPath: file) else { return "" }
        var bytes = Data()
        while let piece = try? handle.read(upToCount: 4_096), !piece.isEmpty { bytes += piece }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// - Parameter text: such as 0100007F:1F90.
    private init?(_ kind: Kind, _ text: Substring) {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16) else { return nil }
        let digits = Array(parts[0])
        let words = stride(from: 0, to: digits.count, by: 8).compactMap { start in
            UInt32(String(digits[start..<min(start + 8, digits.count)]), radix: 16)
        }
        guard words.count == 1 || words.count == 4 else { return nil }
        self.kind = kind
        isIPv4 = words.count == 1
        address = words
        self.port = port
    }

    private static func inodes(of process: pid_t) -> [String] {
        let folder = "/proc/\(process)/fd"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap { name in
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)"),
                target.hasPrefix("socket:[")
            else { return nil }
            return String(target.dropFirst(8).dropLast())
        }
    }

    /// Calls a function that takes an address.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        var storage = sockaddr_storage()
        return withUnsafeMutableBytes(of: &storage) { bytes in
            let size: Int
            if isIPv4 {
                var address = sockaddr_in()
                address.sin_family = sa_family_t(AF_INET)
                address.sin_port = port.bigEndian
                address.sin_addr.s_addr = self.address[0]
                bytes.storeBytes(of: address, as: sockaddr_in.self)
                size = MemoryLayout<sockaddr_in>.size
            } else {
                var address = sockaddr_in6()
                address.sin6_family = sa_family_t(AF_INET6)
                address.sin6_port = port.bigEndian
                withUnsafeMutableBytes(of: &address.sin6_addr) { target in
                    self.address.withUnsafeBytes { target.copyMemory(from: $0) }
                }
                bytes.storeBytes(of: address, as: sockaddr_in6.self)
                size = MemoryLayout<sockaddr_in6>.size
            }
            return bytes.withMemoryRebound(to: sockaddr.self) { body($0.baseAddress!, socklen_t(size)) }
        }
    }
}
