import WireFormat

/// Writes a picture as PNG (ISO/IEC 15948): 8-bit RGB, compressed with runs only (RFC 1951's fixed codes).
///
/// A snapshot is written once and looked at by people; a run-length stream is a tenth of the raw size for a desktop
/// and needs no library.
enum PNGEncoder {
    /// - Parameters:
    ///   - pixels: BGRX words, row by row without gaps.
    /// - Returns: the file's bytes.
    static func encode(_ pixels: Span<UInt32>, width: Int, height: Int) -> [UInt8] {
        precondition(pixels.count == width * height, "one word for each pixel")
        var file: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
        let header =
            bigEndian(UInt32(width)) + bigEndian(UInt32(height))
            // Eight bits a sample, RGB, deflate, the five filters, no interlacing.
            + [8, 2, 0, 0, 0]
        appendChunk("IHDR", header, to: &file)
        appendChunk("IDAT", compressed(filteredRows(pixels, width: width, height: height)), to: &file)
        appendChunk("IEND", [], to: &file)
        return file
    }

    /// Each row behind its filter's number: 2, "up", which turns what repeats from row to row into zeros.
    private static func filteredRows(_ pixels: Span<UInt32>, width: Int, height: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity((width * 3 + 1) * height)
        for y in 0..<height {
            bytes.append(2)
            for x in 0..<width {
                let pixel = pixels[y * width + x]
                let above = y > 0 ? pixels[(y - 1) * width + x] : 0
                for shift: UInt32 in [16, 8, 0] {
                    bytes.append(
                        UInt8(truncatingIfNeeded: pixel >> shift) &- UInt8(truncatingIfNeeded: above >> shift))
                }
            }
        }
        return bytes
    }

    private static func appendChunk(_ type: String, _ data: [UInt8], to file: inout [UInt8]) {
        file += bigEndian(UInt32(data.count))
        let body = Array(type.utf8) + data
        file += body
        file += bigEndian(Checksums.crc32(body))
    }

    private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
        var deflater = RunDeflater()
        // RFC 1950: deflate with a 32 KiB window, no dictionary.
        return [0x78, 0x01] + deflater.deflate(bytes) + bigEndian(Checksums.adler32(bytes))
    }

    private static func bigEndian(_ value: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }
}
