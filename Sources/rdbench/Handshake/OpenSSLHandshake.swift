import Foundation

/// OpenSSL's DTLS 1.2 as WebRTC uses it, both sides in this process and memory between them: P-256 for key exchange and
/// certificates, ECDHE-ECDSA-AES128-GCM-SHA256, both sides show a self-signed certificate whose digest would be compared
/// with signaling's, no cookie, no ticket.
package final class OpenSSLHandshake {
    private static let groups = "P-256"
    private static let cipher = "ECDHE-ECDSA-AES128-GCM-SHA256"
    private static let datagramBytes = 1_200

    /// Numbers of OpenSSL's headers.
    private enum Constant {
        static let pending: Int32 = 10
        static let setMTU: Int32 = 17
        static let setGroups: Int32 = 92
        static let setLowestVersion: Int32 = 123
        static let setHighestVersion: Int32 = 124
        static let datagram12 = 0xFEFD
        static let verifyPeerAndRequire: Int32 = 3
        static let textFile: Int32 = 1
        static let noTicketsNoMTUQuery: UInt64 = 1 << 14 | 1 << 12
    }

    let library: OpenSSLLibrary
    private let context: OpenSSLLibrary.Handle

    /// - Parameter folder: where a certificate is made.
    package init(folder: String) throws {
        guard let library = OpenSSLLibrary() else {
            throw BenchFailure.programFailed("OpenSSL", reason: "libssl.so.3 is not installed (Debian package libssl3)")
        }
        self.library = library
        let certificate = try BenchCertificate(named: "dtls", in: folder)
        guard let context = library.newContext(library.datagramMethod()) else { throw Self.refused("SSL_CTX_new") }
        self.context = context
        guard library.useCertificate(context, certificate.file, Constant.textFile) == 1 else {
            throw Self.refused("the certificate")
        }
        guard library.usePrivateKey(context, certificate.key, Constant.textFile) == 1 else {
            throw Self.refused("the key")
        }
        guard library.setCiphers(context, Self.cipher) == 1 else { throw Self.refused(Self.cipher) }
        var groups = Array(Self.groups.utf8CString)
        guard library.controlContext(context, Constant.setGroups, 0, &groups) == 1,
            library.controlContext(context, Constant.setLowestVersion, Constant.datagram12, nil) == 1,
            library.controlContext(context, Constant.setHighestVersion, Constant.datagram12, nil) == 1
        else { throw Self.refused("DTLS 1.2 with P-256") }
        library.setVerify(context, Constant.verifyPeerAndRequire) { _, _ in 1 }
    }

    deinit { library.freeContext(context) }

    /// One handshake, both sides. Its flights are its messages here: each is at least one datagram.
    func run() throws -> HandshakeKind.Wire {
        let there = library.newChannel(library.memoryChannel())
        let back = library.newChannel(library.memoryChannel())
        let client = library.newConnection(context)
        let server = library.newConnection(context)
        // Each side takes hold of both.
        _ = (library.retainChannel(there), library.retainChannel(back))
        library.setChannels(client, back, there)
        library.setChannels(server, there, back)
        defer {
            library.freeConnection(client)
            library.freeConnection(server)
        }
        for connection in [client, server] {
            _ = library.setOptions(connection, Constant.noTicketsNoMTUQuery)
            _ = library.controlConnection(connection, Constant.setMTU, Self.datagramBytes, nil)
        }
        library.beClient(client)
        library.beServer(server)
        var wire = HandshakeKind.Wire()
        var isDone = (client: false, server: false)
        for _ in 0..<Self.mostTurns where !(isDone.client && isDone.server) {
            isDone.client = library.shakeHands(client) == 1
            count(there, &wire)
            isDone.server = library.shakeHands(server) == 1
            count(back, &wire)
        }
        guard isDone.client, isDone.server else { throw Self.refused("the handshake") }
        return wire
    }

    private static let mostTurns = 20

    private func count(_ channel: OpenSSLLibrary.Handle, _ wire: inout HandshakeKind.Wire) {
        let waiting = library.controlChannel(channel, Constant.pending, 0, nil)
        guard waiting > 0 else { return }
        wire.messages += 1
        wire.bytes += waiting
    }

    private static func refused(_ what: String) -> BenchFailure {
        .programFailed("OpenSSL", reason: "\(what) was refused")
    }
}
