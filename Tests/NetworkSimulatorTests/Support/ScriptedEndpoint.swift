import NetworkSimulator
import WireFormat

/// Sends what a test gives it, notes what it gets, and reflects queries as a STUN server does.
struct ScriptedEndpoint {
    struct Received: Equatable {
        var path: Path
        var bytes: [UInt8]
        var at: Instant
        var ecn = ECNCodepoint.notCapable
    }

    var outgoing: [(Path, [UInt8])] = []
    var received: [Received] = []
    var messages: [PipeMessage] = []
    var receivedMessages: [PipeMessage] = []
    var messageTimes: [Instant] = []
    var pipeStates: [Bool] = []
    var addresses: [IPAddress] = []
    var failures: [Path] = []
    var reflects = false
    var deadline: Instant?
    var advances: [Instant] = []

    /// How all that it sends is marked.
    var transmittedECN = ECNCodepoint.notCapable

    mutating func receive(
        _ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint = .notCapable, at now: Instant
    ) {
        received.append(Received(path: path, bytes: datagram.copied(), at: now, ecn: ecn))
        if reflects, datagram.count > 0, datagram[0] == 1 {
            outgoing.append((path, [2] + Array("\(path.remote)".utf8)))
        }
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>) -> Path? {
        guard !outgoing.isEmpty else { return nil }
        let (path, bytes) = outgoing.removeFirst()
        packet.append(contentsOf: bytes.span)
        return path
    }

    static var reflector: ScriptedEndpoint {
        var endpoint = ScriptedEndpoint()
        endpoint.reflects = true
        return endpoint
    }
}
