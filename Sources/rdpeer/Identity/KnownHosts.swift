import SecureChannel

/// The file of the hosts that this user has reached at their own addresses: a HOST-ID and the address, one a line.
enum KnownHosts {
    /// The key of the host at a place; nil if it is not known yet.
    static func key(of host: PathHost) throws(FileFault) -> PublicKey? {
        try list().key(named: host.description)
    }

    /// Adds a host that has proven its key, unless it stands there.
    static func remember(_ key: PublicKey, of host: PathHost) throws(FileFault) {
        guard try self.key(of: host) != key else { return }
        let path = try path()
        try ConfigurationFolder.makeFolders(for: path)
        let before = try text(path)
        let gap = before.isEmpty || before.hasSuffix("\n") ? "" : "\n"
        try WholeFile.write(Array("\(before)\(gap)\(key) \(host)\n".utf8), to: path, mode: 0o600)
    }

    private static func path() throws(FileFault) -> String { try ConfigurationFolder.path(of: "known_hosts") }

    private static func text(_ path: String) throws(FileFault) -> String {
        guard WholeFile.exists(path) else { return "" }
        return String(decoding: try WholeFile.read(path).bytes, as: UTF8.self)
    }

    private static func list() throws(FileFault) -> KeyList {
        let path = try path()
        return try AuthorizedKeys.parse(try text(path), path: path)
    }
}
