import NIOSSL
import Synchronization

/// A server's certificate whose files may be replaced while it runs.
///
/// Connections that are there keep what they began with; those that come get what was read last.
final class LiveCertificate: Sendable {
    private let files: ServerCertificate
    private let current: Mutex<NIOSSLContext>

    init(_ files: ServerCertificate) throws(SignalingTransportFailure) {
        self.files = files
        current = Mutex(try files.context())
    }

    /// Reads the files again.
    ///
    /// - Throws: why they cannot be used; what was read before still is.
    func reload() throws(SignalingTransportFailure) {
        let context = try files.context()
        current.withLock { $0 = context }
    }

    /// What a new connection gets.
    var context: NIOSSLContext { current.withLock { $0 } }
}
