import PortMapping
import WireFormat

extension Driven {
    /// Lets a client talk to a UPnP gateway until neither has anything to say: answers come in pieces of `pieceBytes`.
    mutating func talk(
        to gateway: UPnPGateway, at now: Instant, pieceBytes: Int = 400, ended: (inout Self, Path) -> Void
    ) {
        for _ in 0..<20 {
            let sent = drain(at: now)
            if sent.isEmpty { return }
            var requests: [(path: Path, text: String)] = []
            for packet in sent {
                if packet.path.transport == .udp {
                    guard packet.path.remote.port == 1_900, let answer = gateway.searchAnswer(packet.text) else {
                        continue
                    }
                    let remote = TransportAddress(ip: Network.gateway, port: 1_900)
                    take(Array(answer.utf8), on: Path(local: packet.path.local, remote: remote), at: now)
                } else if let index = requests.firstIndex(where: { $0.path == packet.path }) {
                    requests[index].text += packet.text
                } else {
                    requests.append((packet.path, packet.text))
                }
            }
            for request in requests { answer(request, from: gateway, at: now, pieceBytes, ended) }
        }
    }

    private mutating func answer(
        _ request: (path: Path, text: String), from gateway: UPnPGateway, at now: Instant, _ pieceBytes: Int,
        _ ended: (inout Self, Path) -> Void
    ) {
        var rest = Array(gateway.answer(request.text).utf8)[...]
        while !rest.isEmpty {
            take(Array(rest.prefix(pieceBytes)), on: request.path, at: now)
            rest = rest.dropFirst(pieceBytes)
        }
        ended(&self, request.path)
    }
}
