import PeerSession
import Rendezvous
import SecureChannel
import WireFormat

/// What tests ask of a world.
extension World {
    static func keys(_ seed: UInt64) -> StaticKeyPair {
        var random = SeededRandom(seed: (seed, 77, 0, 0))
        return StaticKeyPair(random: &random)
    }

    /// The codes that the host has shown, oldest first.
    var codes: [ConnectionCode] {
        hostEvents.compactMap { if case .code(let code) = $0 { code } else { nil } }
    }

    /// The same room with words that are not the host's.
    static func wrong(_ code: ConnectionCode) -> ConnectionCode {
        var random = SeededRandom(seed: 999)
        var other = ConnectionCode(room: code.room, random: &random)
        while other.words == code.words { other = ConnectionCode(room: code.room, random: &random) }
        return other
    }

    /// What the host took as the viewer's hands' work.
    var hostInput: [InputEvent] {
        hostEvents.compactMap { if case .session(.input(let event)) = $0 { event } else { nil } }
    }

    var hostEnds: [SessionEnd] {
        hostEvents.compactMap { if case .session(.ended(let end)) = $0 { end } else { nil } }
    }

    func viewerEnds(_ number: Int) -> [SessionEnd] {
        viewerEvents[number].compactMap { if case .session(.ended(let end)) = $0 { end } else { nil } }
    }

    func isConnected(_ number: Int) -> Bool {
        viewerEvents[number].contains { if case .session(.connected) = $0 { true } else { false } }
    }

    /// Says something to the host in the server's name.
    func tellHost(_ message: SignalingMessage) throws {
        let bytes = try message.encoded()
        actAsHost { $0.receiveMessage(bytes.span, at: $1) }
    }

    /// The same to a viewer.
    func tell(_ viewer: Int, _ message: SignalingMessage) throws {
        let bytes = try message.encoded()
        actAsViewer(viewer) { $0.receiveMessage(bytes.span, at: $1) }
    }

    /// Why the server or the host through it sent a knocker away.
    func knockerReasons(_ number: Int) -> [Reason] {
        knockerEvents[number].compactMap { event in
            switch event {
            case .ended(_, let reason), .refused(_, let reason): reason
            default: nil
            }
        }
    }
}
