import NetworkSimulator
import WireFormat

/// The endpoints of these tests, as one type.
enum TestEndpoint: SimulatedEndpoint {
    case scripted(ScriptedEndpoint)
    case puncher(Puncher)

    var scripted: ScriptedEndpoint {
        get { if case .scripted(let endpoint) = self { endpoint } else { ScriptedEndpoint() } }
        set { self = .scripted(newValue) }
    }

    var puncher: Puncher? { if case .puncher(let endpoint) = self { endpoint } else { nil } }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, at now: Instant) {
        receive(datagram, on: path, ecn: .notCapable, at: now)
    }

    var transmittedECN: ECNCodepoint { scripted.transmittedECN }

    mutating func receive(_ datagram: Span<UInt8>, on path: Path, ecn: ECNCodepoint, at now: Instant) {
        switch self {
        case .scripted(var endpoint):
            endpoint.receive(datagram, on: path, ecn: ecn, at: now)
            self = .scripted(endpoint)
        case .puncher(var endpoint):
            endpoint.receive(datagram, on: path, at: now)
            self = .puncher(endpoint)
        }
    }

    mutating func advance(to now: Instant) {
        switch self {
        case .scripted(var endpoint):
            endpoint.advances.append(now)
            endpoint.deadline = nil
            self = .scripted(endpoint)
        case .puncher(var endpoint):
            endpoint.advance(to: now)
            self = .puncher(endpoint)
        }
    }

    var nextDeadline: Instant? {
        switch self {
        case .scripted(let endpoint): endpoint.deadline
        case .puncher(let endpoint): endpoint.nextDeadline
        }
    }

    mutating func pollTransmit(into packet: inout OutputSpan<UInt8>, at now: Instant) -> Path? {
        switch self {
        case .scripted(var endpoint):
            let path = endpoint.pollTransmit(into: &packet)
            self = .scripted(endpoint)
            return path
        case .puncher(var endpoint):
            let path = endpoint.pollTransmit(into: &packet)
            self = .puncher(endpoint)
            return path
        }
    }

    mutating func receiveMessage(_ message: Span<UInt8>, from pipe: PipeIdentifier, at now: Instant) {
        switch self {
        case .scripted(var endpoint):
            endpoint.receivedMessages.append(PipeMessage(pipe: pipe, bytes: message.copied()))
            endpoint.messageTimes.append(now)
            self = .scripted(endpoint)
        case .puncher(var endpoint):
            endpoint.receiveMessage(message, at: now)
            self = .puncher(endpoint)
        }
    }

    mutating func pollMessage(at now: Instant) -> PipeMessage? {
        switch self {
        case .scripted(var endpoint):
            guard !endpoint.messages.isEmpty else { return nil }
            let message = endpoint.messages.removeFirst()
            self = .scripted(endpoint)
            return message
        case .puncher(var endpoint):
            guard let bytes = endpoint.pollMessage(), let pipe = endpoint.pipe else { return nil }
            self = .puncher(endpoint)
            return PipeMessage(pipe: pipe, bytes: bytes)
        }
    }

    mutating func pipeChanged(_ pipe: PipeIdentifier, isOpen: Bool, at now: Instant) {
        guard case .scripted(var endpoint) = self else { return }
        endpoint.pipeStates.append(isOpen)
        self = .scripted(endpoint)
    }

    mutating func addressesChanged(_ addresses: [IPAddress], at now: Instant) {
        guard case .scripted(var endpoint) = self else { return }
        endpoint.addresses = addresses
        self = .scripted(endpoint)
    }

    mutating func streamFailed(on path: Path, at now: Instant) {
        guard case .scripted(var endpoint) = self else { return }
        endpoint.failures.append(path)
        self = .scripted(endpoint)
    }
}
