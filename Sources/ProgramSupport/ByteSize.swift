/// A number of bytes as people write it: 64M, 2G, 4096; powers of 1024.
package struct ByteSize: Sendable {
    package let bytes: UInt64

    package init(bytes: UInt64) { self.bytes = bytes }

    package init?(_ text: String) {
        let units: [Character: UInt64] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40]
        let unit = text.uppercased().last.flatMap { units[$0] }
        guard let number = UInt64(unit == nil ? text[...] : text.dropLast()) else { return nil }
        let (bytes, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge else { return nil }
        self.bytes = bytes
    }
}
