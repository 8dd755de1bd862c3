/// Writes what `Script` reads, for seeds.
struct ScriptWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func word(_ value: UInt16) { bytes += [UInt8(value >> 8), UInt8(value & 255)] }

    mutating func chunk(_ content: [UInt8]) {
        if content.count < 255 {
            byte(UInt8(content.count))
        } else {
            byte(255)
            word(UInt16(content.count))
        }
        bytes += content
    }

    mutating func raw(_ content: [UInt8]) { bytes += content }

    static func write(_ body: (inout ScriptWriter) -> Void) -> [UInt8] {
        var writer = ScriptWriter()
        body(&writer)
        return writer.bytes
    }
}
