import Glibc

/// What stands in an open folder.
enum FolderNames {
    /// The names' bytes, which need be no text, in no order; nil if the folder cannot be read.
    ///
    /// - Parameter limit: no more are read.
    static func read(_ folder: Int32, atMost limit: Int = .max) -> [[UInt8]]? {
        // A descriptor of its own: its position is read on.
        let copy = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0 else { return nil }
        guard let stream = fdopendir(copy) else {
            close(copy)
            return nil
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < limit, let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
        return names
    }
}
