import SecureChannel

/// The file of the keys whose owners may view: one HOST-ID a line, anything after it, `#` lines.
enum AuthorizedKeys {
    /// - Parameter path: nil for the user's own.
    static func load(_ path: String?) throws(FileFault) -> [PublicKey] {
        let path = if let path { path } else { try ConfigurationFolder.path(of: "authorized_keys") }
        let hint =
            "Put the line that `rdpeer identity` prints on the viewer's machine there, one line for each machine that may "
            + "view this one"
        let bytes: [UInt8]
        do { bytes = try WholeFile.read(path).bytes } catch { throw FileFault("\(error). \(hint)") }
        let keys = try parse(String(decoding: bytes, as: UTF8.self), path: path).keys
        guard !keys.isEmpty else { throw FileFault("\(path) names no key. \(hint)") }
        return keys
    }

    /// Reads a list of keys, of whatever file.
    static func parse(_ text: String, path: String) throws(FileFault) -> KeyList {
        do { return try KeyList(text) } catch {
            throw FileFault("\(path), line \(error.line): \"\(error.word)\" is not a HOST-ID, or is mistyped")
        }
    }
}
