/// For logs and the messages of failed tests: the pairs and what they have come to, never a credential.
extension Agent: CustomStringConvertible {
    public var description: String {
        var lines = ["\(role), generation \(current.number), nomination \(nominationCounter)"]
        for pair in pairs {
            let mark = pair.identifier == selected ? "*" : pair.isMaintained ? "+" : " "
            lines.append("\(mark)\(pair.identifier.number) \(pair.local) -> \(pair.remote): \(pair.state.summary)")
        }
        for relay in relays {
            lines.append("relay \(relay.identifier) over \(relay.path): \(relay.summary)")
        }
        return lines.joined(separator: "\n")
    }
}

extension Relay {
    fileprivate var summary: String {
        let text =
            switch state {
            case .allocating: "allocating"
            case .allocated(let candidate): "\(candidate.address)"
            case .failed: "failed \(failures) times"
            case .waiting: "waiting"
            case .releasing: "releasing"
            }
        return challenger == nil ? text : text + ", challenged"
    }
}

extension PairState {
    fileprivate var summary: String {
        switch self {
        case .frozen: "frozen"
        case .waiting: "waiting"
        case .inProgress(let attempt): "in progress, \(attempt.transmissions) sent"
        case .valid(let validity): "valid, health \(validity.rank), \(validity.unanswered) unanswered"
        case .failed: "failed"
        }
    }
}
