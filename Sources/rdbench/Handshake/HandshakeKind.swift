import SecureChannel
import WireFormat

/// A handshake of Beeline's that is measured, from fresh ephemeral keys to both record layers.
package enum HandshakeKind: String, CaseIterable {
    case pinned
    case code
    /// With a pinned key and nobody to introduce the peers: datagrams between them, padded so that a host answers with no
    /// more than it got.
    case path = "path-alone"
    /// The same with a host that is busy, and asks for a cookie first.
    case pathWithCookie = "path-alone-cookie"

    /// Messages and their bytes, with empty payloads; on the path alone, datagrams.
    package struct Wire: Equatable {
        package var messages = 0
        package var bytes = 0

        package init(messages: Int = 0, bytes: Int = 0) {
            self.messages = messages
            self.bytes = bytes
        }
    }

    /// Until the viewer may seal.
    var roundTrips: Int { self == .pathWithCookie ? 2 : 1 }

    /// X25519 with the base point and with others' points, on both sides: of a code 3 of Noise's `ee es se` each, of a
    /// pinned key 4, `ee es se ss`.
    var publicKeys: Int { 2 }
    var agreements: Int { self == .code ? 6 : 8 }
    /// ristretto255, on both sides: the words to an element, the share, and the secret of the peer's share.
    var wordElements: Int { self == .code ? 2 : 0 }
    var shareMultiplications: Int { self == .code ? 4 : 0 }

    /// One handshake, both sides.
    func run(_ cast: Cast, _ random: inout SeededRandom) throws -> Wire {
        switch self {
        case .path, .pathWithCookie:
            var passage = try PathPassage(cast, isBusy: self == .pathWithCookie, &random)
            return try passage.run()
        case .pinned, .code: return try runMessages(cast, &random)
        }
    }

    /// Message by message, without a network.
    private func runMessages(_ cast: Cast, _ random: inout SeededRandom) throws -> Wire {
        let prologue = Prologue(sessionIdentifier: random.bytes(count: 16))
        var viewer: Handshake
        var host: Handshake
        switch self {
        case .code:
            viewer = .initiator(code: cast.code, keys: cast.viewer, prologue: prologue, random: &random)
            host = .responder(code: cast.code, keys: cast.host, prologue: prologue, random: &random)
        default:
            viewer = .initiator(pinned: cast.host.publicKey, keys: cast.viewer, prologue: prologue, random: &random)
            host = .responder(pinnedKeys: cast.host, prologue: prologue, random: &random)
        }
        var wire = Wire()
        while !viewer.isFinished || !host.isFinished {
            if wire.messages.isMultiple(of: 2) {
                wire.bytes += try Self.pass(from: &viewer, to: &host)
            } else {
                wire.bytes += try Self.pass(from: &host, to: &viewer)
            }
            wire.messages += 1
        }
        _ = try (viewer.recordLayer(), host.recordLayer())
        return wire
    }

    private static func pass(from sender: inout Handshake, to receiver: inout Handshake) throws -> Int {
        let nothing: [UInt8] = []
        let message = try sender.writeMessage(payload: nothing.span)
        _ = try receiver.readMessage(message.span)
        return message.count
    }

    /// Who shakes hands: identities last longer than handshakes.
    struct Cast {
        let viewer: StaticKeyPair
        let host: StaticKeyPair
        let code: ConnectionCode

        init(_ random: inout SeededRandom) {
            viewer = StaticKeyPair(random: &random)
            host = StaticKeyPair(random: &random)
            code = ConnectionCode(room: 7, random: &random)
        }
    }
}
