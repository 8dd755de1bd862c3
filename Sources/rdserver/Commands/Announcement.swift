import Foundation

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

        enum CodingKeys: CodingKey { case event, url, stun, turn, turns, alternate }
    }

    func write() {
        let relay = service.relayAddress?.description
        let secure = service.secureRelayAddress?.description
        let line = Line(
            url: service.url, stun: relay, turn: relay, turns: secure, alternate: service.alternateAddress?.description)
        if isJSON {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            guard let line = try? encoder.encode(line) else { return }
            FileHandle.standardOutput.write(line + Data("\n".utf8))
        } else {
            let text = """
                Beeline's server is ready.
                  signaling  \(service.url)
                  STUN/TURN  \(relay ?? "none")\(secure.map { ", over TLS \($0)" } ?? "")

                On the machine to be shared:   rdpeer host --server \(service.url)
                On the machine that looks on:  rdpeer view CODE --server \(service.url)

                """
            FileHandle.standardOutput.write(Data(text.utf8))
        }
    }
}
