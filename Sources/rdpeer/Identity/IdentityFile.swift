import Glibc
import SecureChannel
import WireFormat

extension StaticKeyPair {
    /// What the tokens of this machine's files are made with, in every run of its programs.
    var fileTokenKey: [UInt8] { derivedKey(label: "beeline file tokens") }
}

/// The file with this machine's secret key: one line of 64 hexadecimal digits, comments before it.
enum IdentityFile {
    /// Reads the key pair, which is made on first use.
    ///
    /// - Parameter path: nil for the user's own.
    static func load(_ path: String?) throws(FileFault) -> StaticKeyPair {
        let path = if let path { path } else { try ConfigurationFolder.path(of: "identity") }
        if !WholeFile.exists(path) { try create(path) }
        return try read(path)
    }

    /// A key pair for one run, which nobody will ask for again.
    static func ephemeral() -> StaticKeyPair {
        var entropy = SystemRandomNumberGenerator()
        var random = SeededRandom(from: &entropy)
        return StaticKeyPair(random: &random)
    }

    private static func create(_ path: String) throws(FileFault) {
        try ConfigurationFolder.makeFolders(for: path)
        let keys = ephemeral()
        let text = """
            # This machine's secret key for rdpeer. Whoever can read it can act as this machine.
            # Its public half, to be given to others: \(keys.publicKey)
            \(keys.secretText)

            """
        try WholeFile.create(Array(text.utf8), at: path, mode: 0o600)
    }

    private static func read(_ path: String) throws(FileFault) -> StaticKeyPair {
        let (bytes, status) = try WholeFile.read(path)
        guard status.st_mode & 0o077 == 0 else {
            throw FileFault(
                "\(path) can be read by others, so it is no secret: chmod 600 it, or delete it for a new one")
        }
        guard status.st_uid == geteuid() else { throw FileFault("\(path) belongs to another user") }
        guard let keys = StaticKeyPair(text: String(decoding: bytes, as: UTF8.self)) else {
            throw FileFault("\(path) holds no key: delete it, and a new one is made")
        }
        return keys
    }
}
