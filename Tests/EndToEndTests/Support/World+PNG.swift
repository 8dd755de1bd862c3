import Foundation

/// Reads PNG with Python's zlib, not with code of ours.
extension World {
    /// Checks signature and checksums, inflates, undoes the filters, and writes red, green, blue of each pixel.
    private static let script = """
        import struct, sys, zlib
        data = open(sys.argv[1], "rb").read()
        assert data[:8] == b"\\x89PNG\\r\\n\\x1a\\n", "signature"
        at, body, kinds = 8, b"", []
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            part = data[at + 8:at + 8 + length]
            assert struct.unpack(">I", data[at + 8 + length:at + 12 + length])[0] == zlib.crc32(kind + part), "checksum"
            if kind == b"IHDR": header = part
            if kind == b"IDAT": body += part
            kinds.append(kind)
            at += 12 + length
        assert kinds[0] == b"IHDR" and kinds[-1] == b"IEND", "order"
        width, height, depth, colours, compression, filters, interlaced = struct.unpack(">IIBBBBB", header)
        assert (depth, colours, compression, filters, interlaced) == (8, 2, 0, 0, 0), "8-bit RGB"
        raw = zlib.decompress(body)
        size = width * 3
        assert len(raw) == height * (size + 1), "size"
        above, out = bytearray(size), bytearray()
        for y in range(height):
            kind, row = raw[y * (size + 1)], bytearray(raw[y * (size + 1) + 1:(y + 1) * (size + 1)])
            if kind == 2:
                row = bytearray((a + b) & 255 for a, b in zip(row, above))
            elif kind != 0:
                for i in range(size):
                    a, b, c = row[i - 3] if i > 2 else 0, above[i], above[i - 3] if i > 2 else 0
                    p = a + b - c
                    near = min((abs(p - a), 0, a), (abs(p - b), 1, b), (abs(p - c), 2, c))[2]
                    row[i] = (row[i] + [0, a, b, (a + b) // 2, near][kind]) & 255
            out += row
            above = row
        open(sys.argv[2], "wb").write(struct.pack(">II", width, height) + out)
        """

    func readPNG(_ name: String) throws -> Picture {
        let decoded = file(name + ".decoded")
        let python = try start("python3", try Tools.other("python3"), ["-c", Self.script, file(name), decoded])
        guard try python.waitForEnd() == .exited(0) else { throw python.failure("cannot read \(name)") }
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: decoded)))
        func number(at start: Int, bytes count: Int) -> UInt32 {
            bytes[start..<start + count].reduce(0) { $0 << 8 | UInt32($1) }
        }
        let pixels = stride(from: 8, to: bytes.count, by: 3).map { number(at: $0, bytes: 3) }
        return Picture(
            width: Int(number(at: 0, bytes: 4)), height: Int(number(at: 4, bytes: 4)), pixels: pixels)
    }
}
