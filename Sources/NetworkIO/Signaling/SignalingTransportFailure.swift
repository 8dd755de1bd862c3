/// Why there is no connection to a signaling server, in words for a user.
public enum SignalingTransportFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// The name is unknown.
    case unresolved(String, String)
    /// Nobody who knows names answers.
    case noNameServer(String)
    /// Nobody answers, or somebody refuses.
    case unreachable(String, String)
    /// The TLS handshake failed: the certificate is not to be trusted, is for another name, ...
    case untrusted(String, String)
    /// TLS was asked for, and something else answered.
    case notTLS(String)
    /// HTTP was spoken without TLS, and something else answered.
    case notHTTP(String)
    /// It closed the connection instead of an answer, to TLS or HTTP: what wants TLS does so, and what is busy.
    case closedEarly(String)
    /// An HTTP answer that is no WebSocket: not a signaling server, or not its path.
    case notWebSocket(String, status: Int)
    case timedOut(String)
    /// The connection was open and broke.
    case broken(String)
    /// The server closed it in order, with this WebSocket code.
    case closed(code: UInt16)
    /// The files of a certificate cannot be used.
    case badCertificate(String)
    /// The server cannot listen there.
    case cannotListen(String, String)

    /// There is nothing at this path of the server.
    public var isUnknownPath: Bool { if case .notWebSocket(_, 404) = self { true } else { false } }

    public var description: String {
        switch self {
        case .unresolved(let host, let detail): "there is no host \(host) (\(detail))"
        case .noNameServer(let host): "no name server answers that knew the address of \(host)"
        case .unreachable(let host, let detail): "cannot reach \(host): \(detail)"
        case .untrusted(let host, let detail): "cannot trust \(host): \(detail)"
        case .notTLS(let host): "\(host) answers, but does not speak TLS"
        case .notHTTP(let host): "\(host) answers, but does not speak HTTP"
        case .closedEarly(let host): "\(host) closed the connection before it was a WebSocket"
        case .notWebSocket(let host, let status): "\(host) answers, but is no signaling server (HTTP status \(status))"
        case .timedOut(let host): "\(host) does not answer in time"
        case .broken(let detail): "the connection to the server broke: \(detail)"
        case .closed(let code): "the server closed the connection (code \(code))"
        case .badCertificate(let detail): "the certificate cannot be used: \(detail)"
        case .cannotListen(let address, let detail): "cannot listen at \(address): \(detail)"
        }
    }
}
