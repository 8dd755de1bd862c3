import Foundation
import WireFormat

/// Tells where the server is to be found.
struct Announcement {
    let service: ServerService
    let isJSON: Bool

    private struct Line: Encodable {
        let event = "listening"
        let url: String
        let stun: String?
        let turn: String?
        /// TURN over TLS.
        let turns: String?
        let alternate: String?
        /// The operator's page.
        let admin: String?

        enum CodingKeys: CodingKey { case event, url, stun, turn, turns, alternate, admin }
    }

    /// Nobody can connect to "all addresses".
    private func shown(_ address: TransportAddress) -> String {
        guard address.ip.isUnspecified else { return "\(address)" }
        return "\(TransportAddress(ip: service.shownAddress, port: address.port))"
    }

    /// The operator is at this machine.
    private func operators(_ address: TransportAddress) -> TransportAddress {
        guard address.ip.isUnspecified else { return address }
        let loopback: IPAddress = address.ip.isIPv4 ? .v4(0x7F00_0001) : .v6(high: 0, low: 1)
        return TransportAddress(ip: loopback, port: address.port)
    }

    func write() {
        let relay = service.relayAddress.map(shown)
        let admin = service.adminAddress.map { "http://\(operators($0))/" }
        let secure = service.secureRelayAddress.map(shown)
        let line = Line(
            url: service.url, stun: relay, turn: relay, turns: secure,
            alternate: service.alternateAddress.map(shown), admin: admin)
        if isJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let line = try? encoder.encode(line) else { return }
            FileHandle.standardOutput.say(String(decoding: line, as: UTF8.self) + "\n")
        } else {
            let text = """
                Beeline's server is ready.
                  signaling  \(service.url)
                  STUN/TURN  \(relay ?? "none")\(secure.map { ", over TLS \($0)" } ?? "")
                  operator   \(admin ?? "none; --admin 127.0.0.1:8480 makes a page")

                On the machine to be shared:   rdpeer host --server \(service.url)
                On the machine that looks on:  rdpeer view CODE --server \(service.url)

                """
            FileHandle.standardOutput.say(text)
        }
    }
}
