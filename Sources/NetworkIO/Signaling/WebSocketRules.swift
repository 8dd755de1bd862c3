import NIOWebSocket

/// Sizes and close codes of our WebSocket connections.
enum WebSocketRules {
    /// RFC 6455 section 5.5: control frames carry at most 125 bytes.
    static let controlBytes = 125

    /// RFC 6455 section 7.4.1: 1002 protocol error, 1003 data of a kind not accepted, 1009 too big.
    static func code(of error: any Error) -> WebSocketErrorCode {
        switch error as? NIOWebSocketError {
        case .invalidFrameLength?: .messageTooLarge
        default: .protocolError
        }
    }
}
