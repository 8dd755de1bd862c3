import Foundation

extension World {
    /// Files of a certificate for an address, which nobody else has signed, and of its key.
    func makeCertificate(
        for address: String, named name: String = ""
    ) throws -> (certificate: String, key: String) {
        let (certificate, key) = (file("\(name)certificate.pem"), file("\(name)key.pem"))
        let openssl = try start(
            "openssl", try Tools.other("openssl"),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
                "-subj", "/CN=\(address)", "-addext", "subjectAltName=IP:\(address)", "-keyout", key, "-out",
                certificate,
            ])
        guard try openssl.waitForEnd() == .exited(0) else { throw openssl.failure("made no certificate") }
        return (certificate, key)
    }
}
