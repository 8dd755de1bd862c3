import Glibc
import WireFormat

/// Writes a picture to a file that is either whole or not there.
enum PictureFile {
    /// Looks whether a picture could be written there, before anything is done for it.
    static func check(_ path: String) throws(FileFault) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let folder = parts.count == 1 ? "." : parts.dropLast().joined(separator: "/") + "/"
        guard access(folder, W_OK | X_OK) == 0 else { throw FileFault(path: path, cannot: "write") }
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR else {
            throw FileFault(path: path, cannot: "write", code: EISDIR)
        }
    }

    /// - Parameter isPrivate: nobody but its owner may read it, as of an encrypted recording.
    static func write(
        _ pixels: Span<UInt32>, width: Int, height: Int, to path: String, isPrivate: Bool = false
    ) throws(FileFault) {
        try WholeFile.write(
            PNGEncoder.encode(pixels, width: width, height: height), to: path, mode: isPrivate ? 0o600 : 0o644)
    }
}
