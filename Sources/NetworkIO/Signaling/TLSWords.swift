import NIOSSL

/// What an error of TLS means, without the library's paths, lines and numbers.
enum TLSWords {
    static let otherName = "its certificate is for another name"

    static func describe(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.handshakeFailed(let reason): describe(reason)
        case NIOSSLError.unableToValidateCertificate, NIOSSLError.noCertificateToValidate: untrusted
        case is NIOSSLExtraError: otherName
        case let error as BoringSSLError: describe(error)
        case is NIOSSLError: "TLS failed (\(error))"
        default: NetworkIO.describe(error)
        }
    }

    private static let untrusted = "its certificate is signed by nobody who is trusted here, or is not valid now"

    private static func describe(_ error: BoringSSLError) -> String {
        if error.reasons.contains("CERTIFICATE_VERIFY_FAILED") { return untrusted }
        if error.isOtherProtocol { return "it does not speak TLS" }
        if error.isClosedEarly { return "it closed the connection before TLS was done" }
        return "TLS failed" + (error.reasons.first.map { " (\($0))" } ?? "")
    }
}

extension BoringSSLError {
    /// Whether what came is no TLS at all.
    var isOtherProtocol: Bool { reasons.contains { $0 == "WRONG_VERSION_NUMBER" || $0 == "HTTP_REQUEST" } }

    /// Whether the other end closed the connection before TLS was done: it is busy, or stands before what is not there.
    var isClosedEarly: Bool { reasons.contains("EOF during handshake") }

    /// The library's names of what went wrong, such as `CERTIFICATE_VERIFY_FAILED`. It tells them in its texts alone:
    /// "Error: NUMBER error:HEX:LIBRARY:FUNCTION:NAME at FILE:LINE".
    fileprivate var reasons: [String] {
        let stack: NIOBoringSSLErrorStack =
            switch self {
            case .sslError(let stack), .unknownError(let stack), .invalidSNIName(let stack),
                .failedToSetALPN(let stack):
                stack
            default: []
            }
        return stack.map { error in
            if error == .eofDuringHandshake { return "EOF during handshake" }
            let fields = error.description.split(separator: ":")
            guard fields.count > 5 else { return "\(error)" }
            return String(fields[5].prefix { $0 != " " })
        }
    }
}
