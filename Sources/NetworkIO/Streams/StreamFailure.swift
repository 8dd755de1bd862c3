import WireFormat

/// Why a connection could not be opened.
public enum StreamFailure: Error, Hashable, Sendable {
    /// The kernel or the other end refused.
    case system(SystemFailure)
    /// No answer in time.
    case timeout
    /// The TLS handshake failed: the certificate is not to be trusted, is for another name, ...
    case untrusted(String)
    /// The loop has as many connections as it may.
    case tooMany
}

extension StreamFailure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .system(let failure): "\(failure)"
        case .timeout: "no answer in time"
        case .untrusted(let detail): "cannot be trusted: \(detail)"
        case .tooMany: "too many connections"
        }
    }
}
