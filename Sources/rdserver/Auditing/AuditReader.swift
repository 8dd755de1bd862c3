import Foundation

/// Reads an audit trail over all its files, the oldest record first.
struct AuditReader {
    private static let chunkBytes = 1 << 20
    /// No record is longer; what is, is none.
    private static let lineBytes = 65_536

    let path: String
    /// Lines that are no records: a crash has torn them.
    private(set) var skipped = 0
    private let decoder: JSONDecoder

    init(path: String) {
        self.path = path
        decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
    }

    /// - Parameters:
    ///   - since: files that were last written before need not be read.
    ///   - body: gets each record and its line.
    /// - Throws: if there is nothing to read, or what `body` throws.
    mutating func read(since: Date?, _ body: (AuditRecord, Data) throws -> Void) throws {
        let files = AuditFiles.all(of: path).filter { FileManager.default.fileExists(atPath: $0) }
        guard !files.isEmpty else { throw AuditFailure(path: path, reason: "there is none") }
        for file in files where !Self.isOlder(file, than: since) {
            guard let handle = FileHandle(forReadingAtPath: file) else {
                throw AuditFailure(path: file, reason: String(cString: strerror(errno)))
            }
            try read(handle, body)
            try? handle.close()
        }
    }

    private mutating func read(_ handle: FileHandle, _ body: (AuditRecord, Data) throws -> Void) throws {
        var rest = Data()
        while let part = try handle.read(upToCount: Self.chunkBytes), !part.isEmpty {
            rest += part
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: 0x0A) {
                try take(rest[start..<end], body)
                start = end + 1
            }
            rest = Data(rest[start...])
            if rest.count > Self.lineBytes {
                skipped += 1
                rest = Data()
            }
        }
        // A last line without its end: torn, or being written at this moment.
        if !rest.isEmpty { skipped += 1 }
    }

    private static func isOlder(_ file: String, than since: Date?) -> Bool {
        guard let since else { return false }
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        guard let written = attributes?[.modificationDate] as? Date else { return false }
        return written < since
    }

    private mutating func take(_ line: Data, _ body: (AuditRecord, Data) throws -> Void) throws {
        guard !line.isEmpty else { return }
        guard let record = try? decoder.decode(AuditRecord.self, from: line) else {
            skipped += 1
            return
        }
        try body(record, line)
    }
}
