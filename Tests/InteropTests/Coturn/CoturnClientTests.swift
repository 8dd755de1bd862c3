import Foundation
import Testing
import WireFormat

/// Our TURN server under coturn's client, which counts what came back.
@Suite("TURN server with coturn's client", .enabled(if: CoturnProgram.areUsable, "\(CoturnProgram.missing)"))
struct CoturnClientTests {
    /// How coturn's client reaches the server.
    enum Reach: String, CaseIterable {
        case udp
        case tcp
        case tls
        /// At the port of signaling.
        case tlsShared
    }

    /// What coturn's client does there, in its flags.
    enum Manner: String, CaseIterable {
        case channels = "-c"
        case indications = "-c -s"
        /// EVEN-PORT with a reserved next port, and RESERVATION-TOKEN.
        case pairsOfPorts = ""
        /// Each client's peer is another client.
        case betweenClients = "-y -c"
        case withoutFragments = "-c -g"
        case mobility = "-c -M"
        /// More permissions and channels than it needs.
        case extraRequests = "-c -G"
        case ipv6 = "-c -x"
    }

    private static let messages = 20
    private static let clients = 2

    /// Everything over UDP; over streams what depends on them.
    static let cases: [(Reach, Manner)] =
        Manner.allCases.map { (.udp, $0) }
        + [Reach.tcp, .tls, .tlsShared].flatMap { reach in
            [Manner.channels, .indications, .betweenClients].map { (reach, $0) }
        }

    @Test(arguments: cases)
    func everyMessageComesBack(reach: Reach, manner: Manner) throws {
        let certificate = try TestCertificate()
        let server = try RelayServer(certificate: certificate)
        let port = try FreePort.next()
        let peer = try CoturnProgram.peer.run(["-p", "\(port)", "-L", manner == .ipv6 ? "::1" : "127.0.0.1"])
        defer { _ = peer.read() }
        let address: TransportAddress
        var flags = manner.rawValue.split(separator: " ").map(String.init)
        switch reach {
        case .udp: address = server.server.address
        case .tcp:
            address = server.server.address
            flags.append("-t")
        case .tls, .tlsShared:
            address = try #require(reach == .tls ? server.secureAddresses.first : server.secureAddresses.last)
            flags += ["-t", "-S"]
        }
        let client = try CoturnProgram.client.run(
            flags + [
                "-n", "\(Self.messages)", "-m", "\(Self.clients)", "-z", "5", "-l", "171", "-e",
                manner == .ipv6 ? "::1" : "127.0.0.1", "-r", "\(port)", "-u", "user", "-W", RelayServer.secret, "-p",
                "\(address.port)", "\(address.ip)",
            ])
        let counts = try client.line(seconds: 40) { line in
            line.contains("start_mclient: tot_send_msgs=") ? Self.counts(in: line) : nil
        }
        #expect(counts == [Self.messages * Self.clients, Self.messages * Self.clients])
    }

    /// The numbers behind the equals signs.
    private static func counts(in line: String) -> [Int] {
        line.split(separator: "=").dropFirst().compactMap { Int($0.prefix { $0.isNumber }) }
    }
}
