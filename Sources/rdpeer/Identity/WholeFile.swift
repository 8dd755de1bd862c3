import Glibc

/// Reads and writes small files in one piece.
enum WholeFile {
    /// What is larger is no file of ours.
    private static let limit = 1_024 * 1_024

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// The contents, and what `stat` says of them.
    static func read(_ path: String) throws(FileFault) -> (bytes: [UInt8], status: stat) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFault(path: path, cannot: "read") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileFault(path: path, cannot: "read") }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            var part = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(descriptor, &part, part.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileFault(path: path, cannot: "read") }
            if count == 0 { return (bytes, status) }
            bytes += part[..<count]
        }
        throw FileFault("\(path) is too large")
    }

    /// Replaces a file, or makes it; nobody ever sees a part of it.
    static func write(_ bytes: [UInt8], to path: String, mode: mode_t) throws(FileFault) {
        let temporary = try writeTemporary(bytes, beside: path, mode: mode)
        guard rename(temporary, path) == 0 else {
            let fault = FileFault(path: path, cannot: "write")
            unlink(temporary)
            throw fault
        }
    }

    /// Makes a file unless it is there already.
    static func create(_ bytes: [UInt8], at path: String, mode: mode_t) throws(FileFault) {
        let temporary = try writeTemporary(bytes, beside: path, mode: mode)
        defer { unlink(temporary) }
        // Unlike a rename, a link never replaces: of two programs that do this at once, one wins and both read its file.
        guard link(temporary, path) == 0 || errno == EEXIST else { throw FileFault(path: path, cannot: "create") }
    }

    private static func writeTemporary(
        _ bytes: [UInt8], beside path: String, mode: mode_t
    ) throws(FileFault) -> String {
        let temporary = "\(path).\(UInt32.random(in: 0 ... .max)).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw FileFault(path: path, cannot: "write") }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let fault = FileFault(path: path, cannot: "write")
                unlink(temporary)
                throw fault
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw FileFault(path: path, cannot: "write") }
        return temporary
    }
}
