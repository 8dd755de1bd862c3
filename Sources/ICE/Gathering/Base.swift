/// What a check leaves from: a socket of ours, or an allocation on a server (RFC 8445 section 4, "Base").
enum Base: Hashable, Sendable {
    case socket(UInt16)
    case relay(UInt16)

    var isRelay: Bool {
        if case .relay = self { true } else { false }
    }
}
