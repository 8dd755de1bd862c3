import ArgumentParser
import FileTransfer

/// What a host's viewers may do with files.
enum FileChoice: String, ExpressibleByArgument, CaseIterable {
    case off, receive, send, both

    func policy(byteLimit: UInt64) -> FilePolicy {
        FilePolicy(
            receives: self == .receive || self == .both, sends: self == .send || self == .both, byteLimit: byteLimit)
    }
}

/// A number of bytes as people write it: 500M, 2G; powers of 1024.
struct ByteSize: ExpressibleByArgument {
    let bytes: UInt64

    init(bytes: UInt64) { self.bytes = bytes }

    init?(argument: String) {
        let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = argument.last.flatMap { units[Character($0.uppercased())] }
        guard let number = UInt64(unit == nil ? argument[...] : argument.dropLast()) else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge, bytes > 0 else { return nil }
        self.bytes = bytes
    }

    var defaultValueDescription: String { bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)" }
}
