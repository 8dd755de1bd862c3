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
        let keys = try parse(String(decoding: bytes, as: UTF8.self), path: path)
        guard !keys.isEmpty else { throw FileFault("\(path) names no key. \(hint)") }
        return keys
    }

    static func parse(_ text: String, path: String) throws(FileFault) -> [PublicKey] {
        var keys: [PublicKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let word = line.split(whereSeparator: \.isWhitespace).first, !word.hasPrefix("#") else { continue }
            guard let key = PublicKey(String(word)) else {
                throw FileFault("\(path), line \(index + 1): \"\(word)\" is not a HOST-ID, or is mistyped")
            }
            if !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
