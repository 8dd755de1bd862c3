import ICE
import WireFormat

/// Candidates as other projects write them (RFC 8839 section 5.1).
extension Candidate {
    var text: String {
        "\(foundation) 1 \(transport) \(priority) \(address.ip) \(address.port) typ \(kind)"
            + (tcpType.map { " tcptype \($0)" } ?? "")
    }

    init?(text: String) {
        let words = text.split(separator: " ")
        let transports: [TransportProtocol] = [.udp, .tcp]
        guard words.count >= 8, let transport = transports.first(where: { "\($0)" == words[2].lowercased() }),
            words[6] == "typ", let priority = UInt32(words[3]),
            let ip = IPAddress(String(words[4])), let port = UInt16(words[5]),
            let kind = CandidateKind.allCases.first(where: { "\($0)" == words[7] })
        else { return nil }
        // Any text is a foundation to them, a number to us.
        let foundation = words[0].utf8.reduce(UInt32(7)) { $0 &* 31 &+ UInt32($1) }
        let type = words.firstIndex(of: "tcptype").flatMap { position in
            TCPType.allCases.first { words.indices.contains(position + 1) && "\($0)" == words[position + 1] }
        }
        self.init(
            kind: kind, transport: transport, address: TransportAddress(ip: ip, port: port), priority: priority,
            foundation: foundation,
            tcpType: type)
    }
}
