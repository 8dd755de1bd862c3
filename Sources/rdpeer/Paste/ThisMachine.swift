import FileTransfer
import Glibc

/// What tells this machine from others.
enum ThisMachine {
    /// Its name; empty if it has none.
    static var hostName: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Twelve digits that stay the same. The number that they are made from, where there is one, is not to be shown
    /// around (machine-id(5)).
    static var mark: String {
        let number = try? WholeFile.read("/etc/machine-id").bytes
        let source = if let number, !number.isEmpty { number } else { Array(hostName.utf8) }
        let state = ChecksumState()
        state.update(source.span)
        return state.checksum.bytes.prefix(6).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
