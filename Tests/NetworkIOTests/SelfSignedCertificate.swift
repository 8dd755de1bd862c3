import Crypto
import Foundation

/// A certificate for `localhost` and 127.0.0.1, made anew for each test: no key lies in the repository.
struct SelfSignedCertificate {
    let certificateFile: String
    let keyFile: String

    /// Writes both as PEM files into a directory of their own.
    init() throws {
        let key = P256.Signing.PrivateKey()
        let certificate = try Self.certificate(for: key)
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        certificateFile = directory.appendingPathComponent("certificate.pem").path
        keyFile = directory.appendingPathComponent("key.pem").path
        let base64 = certificate.base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let pem = "-----BEGIN CERTIFICATE-----\n\(base64)\n-----END CERTIFICATE-----\n"
        try pem.write(toFile: certificateFile, atomically: true, encoding: .utf8)
        try key.pemRepresentation.write(toFile: keyFile, atomically: true, encoding: .utf8)
    }

    func remove() {
        try? FileManager.default.removeItem(atPath: (certificateFile as NSString).deletingLastPathComponent)
    }

    /// RFC 5280 section 4.1, with just the fields that a verifier wants.
    private static func certificate(for key: P256.Signing.PrivateKey) throws -> Data {
        let ecdsaWithSHA256 = der(0x30, [oid([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])])
        let commonName = der(0x30, [oid([0x55, 0x04, 0x03]), der(0x0C, Data("localhost".utf8))])
        let name = der(0x30, [der(0x31, [commonName])])
        let validity = der(0x30, [der(0x17, Data("250101000000Z".utf8)), der(0x17, Data("491231235959Z".utf8))])
        let alternatives = der(0x30, [der(0x82, Data("localhost".utf8)), der(0x87, Data([127, 0, 0, 1]))])
        let authority = der(0x30, [der(0x01, Data([0xFF]))])
        let extensions = der(
            0x30,
            [
                der(0x30, [oid([0x55, 0x1D, 0x11]), der(0x04, alternatives)]),
                der(0x30, [oid([0x55, 0x1D, 0x13]), der(0x01, Data([0xFF])), der(0x04, authority)]),
            ])
        let body = der(
            0x30,
            [
                der(0xA0, [der(0x02, Data([2]))]), der(0x02, Data([1, 2, 3, 4])), ecdsaWithSHA256, name, validity, name,
                key.publicKey.derRepresentation, der(0xA3, [extensions]),
            ])
        let signature = try key.signature(for: body).derRepresentation
        return der(0x30, [body, ecdsaWithSHA256, der(0x03, Data([0]) + signature)])
    }

    private static func oid(_ bytes: [UInt8]) -> Data { der(0x06, Data(bytes)) }

    private static func der(_ tag: UInt8, _ parts: [Data]) -> Data { der(tag, parts.reduce(Data(), +)) }

    private static func der(_ tag: UInt8, _ content: Data) -> Data {
        let count = content.count
        let length: [UInt8] =
            count < 128
            ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
        return Data([tag] + length) + content
    }
}
