import Foundation

/// A certificate that nobody else has signed, for servers of the bench's own.
struct BenchCertificate {
    let file: String
    let key: String

    /// Makes it by the program openssl.
    init(named name: String, in folder: String) throws(BenchFailure) {
        (key, file) = ("\(folder)/\(name).key", "\(folder)/\(name).pem")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
            + ["-keyout", key, "-out", file, "-days", "2", "-subj", "/CN=rdbench"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        do { try process.run() } catch { throw Self.refused("running the program openssl") }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Self.refused("making a certificate with the program openssl")
        }
    }

    private static func refused(_ what: String) -> BenchFailure {
        .programFailed("OpenSSL", reason: "\(what) was refused")
    }
}
