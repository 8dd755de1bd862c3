import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket
import Rendezvous

/// What NIO's errors mean to a user.
enum TransportErrors {
    static func failure(_ error: any Error, _ url: SignalingURL) -> SignalingTransportFailure {
        switch error {
        case let error as SignalingTransportFailure: error
        case let error as NIOConnectionError: failure(error, url)
        case let error as NIOSSLError: tls(error, url)
        case let error as BoringSSLError: tls(error, url)
        case is NIOSSLExtraError: .untrusted(url.hostField, TLSWords.otherName)
        case let error as ChannelError where error.isConnectTimeout: .timedOut(url.hostField)
        case is NIOHTTPClientUpgradeError:
            .notWebSocket(url.hostField, status: 101)
        case is HTTPParserError: .notHTTP(url.hostField)
        case let error as IOError: .unreachable(url.hostField, describe(error))
        default: .broken(describe(error))
        }
    }

    private static func failure(_ error: NIOConnectionError, _ url: SignalingURL) -> SignalingTransportFailure {
        if let first = error.connectionErrors.first {
            if (first.error as? ChannelError)?.isConnectTimeout == true { return .timedOut(url.hostField) }
            return .unreachable(url.hostField, describe(first.error))
        }
        guard let resolution = error.dnsAError ?? error.dnsAAAAError else {
            return .unresolved(url.host, "it has no address")
        }
        if (resolution as? SocketAddressError.UnknownHost)?.errorCode == Int(EAI_AGAIN) {
            return .noNameServer(url.host)
        }
        return .unresolved(url.host, describe(resolution))
    }

    private static func tls(_ error: NIOSSLError, _ url: SignalingURL) -> SignalingTransportFailure {
        switch error {
        case .handshakeFailed(let reason): tls(reason, url)
        case .uncleanShutdown: .broken("the connection was cut")
        default: .untrusted(url.hostField, TLSWords.describe(error))
        }
    }

    private static func tls(_ error: BoringSSLError, _ url: SignalingURL) -> SignalingTransportFailure {
        if error.isOtherProtocol { return .notTLS(url.hostField) }
        if error.isClosedEarly { return .closedEarly(url.hostField) }
        return .untrusted(url.hostField, TLSWords.describe(error))
    }
}

extension ChannelError {
    fileprivate var isConnectTimeout: Bool {
        if case .connectTimeout = self { true } else { false }
    }
}
