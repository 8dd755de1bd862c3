import ArgumentParser
import FileTransfer
import ProgramSupport

/// What a host's viewers may do with files.
enum FileChoice: String, ExpressibleByArgument, CaseIterable {
    case off, receive, send, both

    func policy(byteLimit: UInt64) -> FilePolicy {
        FilePolicy(
            receives: self == .receive || self == .both, sends: self == .send || self == .both, byteLimit: byteLimit)
    }
}

extension ByteSize: ExpressibleByArgument {
    /// Nothing is no limit.
    package init?(argument: String) {
        guard let size = ByteSize(argument), size.bytes > 0 else { return nil }
        self = size
    }

    package var defaultValueDescription: String { bytes % (1 << 30) == 0 ? "\(bytes >> 30)G" : "\(bytes)" }
}
