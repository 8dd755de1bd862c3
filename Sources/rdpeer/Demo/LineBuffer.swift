/// Cuts what a program writes into lines.
struct LineBuffer {
    private var pending: [UInt8] = []

    /// More than this without an end of line is thrown away.
    private static let limit = 1_024 * 1_024

    mutating func append(_ bytes: some Sequence<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte == 0x0A {
                lines.append(String(decoding: pending, as: UTF8.self))
                pending.removeAll(keepingCapacity: true)
            } else if pending.count < Self.limit {
                pending.append(byte)
            }
        }
        return lines
    }
}
