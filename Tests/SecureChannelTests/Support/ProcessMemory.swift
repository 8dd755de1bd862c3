import Foundation

/// All writable memory of this process, to be searched for secrets that should be gone.
final class ProcessMemory {
    private static let chunk = 1 << 20
    private let file = open("/proc/self/mem", O_RDONLY)
    private let buffer = UnsafeMutableRawPointer.allocate(byteCount: chunk, alignment: 16)

    deinit {
        close(file)
        buffer.deallocate()
    }

    /// How often a secret is found. It is given masked, so that what is searched for is not found in the search itself.
    ///
    /// - Parameter masked: each byte of the secret with its bits inverted.
    func count(ofMasked masked: [UInt8]) throws -> Int {
        var found = 0
        for region in try regions() {
            var start = region.lowerBound
            while start < region.upperBound {
                found += matches(at: start, min(Self.chunk, region.upperBound - start), masked)
                // Pieces overlap, so that what lies across their border is seen once.
                start += Self.chunk - (masked.count - 1)
            }
        }
        memset(buffer, 0, Self.chunk)
        return found
    }

    private func matches(at start: Int, _ count: Int, _ masked: [UInt8]) -> Int {
        // What another thread has unmapped meanwhile cannot be read, and holds nothing.
        let read = pread(file, buffer, count, off_t(start))
        guard read >= masked.count else { return 0 }
        var found = 0
        var index = 0
        let first = Int32(~masked[0])
        while index <= read - masked.count,
            let hit = memchr(buffer + index, first, read - masked.count + 1 - index)
        {
            index = hit - buffer
            let isMatch = masked.indices.allSatisfy {
                buffer.load(fromByteOffset: index + $0, as: UInt8.self) == ~masked[$0]
            }
            if isMatch { found += 1 }
            index += 1
        }
        return found
    }

    /// What is readable and writable, without the buffer of this search.
    private func regions() throws -> [Range<Int>] {
        let own = Int(bitPattern: buffer)..<Int(bitPattern: buffer) + Self.chunk
        let text = try String(contentsOfFile: "/proc/self/maps", encoding: .utf8)
        return text.split(separator: "\n").flatMap { line -> [Range<Int>] in
            let fields = line.split(separator: " ")
            let bounds = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard fields[1].hasPrefix("rw"), bounds.count == 2 else { return [] }
            let region = bounds[0]..<bounds[1]
            guard region.overlaps(own) else { return [region] }
            return [region.lowerBound..<own.lowerBound, own.upperBound..<region.upperBound].filter { !$0.isEmpty }
        }
    }
}
