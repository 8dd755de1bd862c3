import PeerSession
import Rendezvous

/// What a session's end means, in words that say what to do.
struct EndText {
    enum Side { case host, viewer }

    let side: Side
    /// Whether the session was asked for by a code.
    let isCode: Bool

    func text(_ end: SessionEnd) -> String {
        switch end {
        case .closed: "The session is over."
        case .closedByPeer(let word): closedByPeer(word)
        case .wrongCode:
            "The code is wrong. Ask for the code that the host shows now, and type it exactly: after three wrong tries "
                + "the host makes a new one."
        case .refusedByServer(let reason): refused(reason)
        case .timedOut: timedOut
        case .unreachable:
            "No path to the other side was found for too long. Is its network up? With --relay never, try without."
        case .superseded: "Its viewer had vanished; another one has taken the place."
        case .timeIsOver: "The session has taken as long as it may."
        case .protocolFailure: "The other side broke the protocol. Use the same version of rdpeer on both."
        }
    }

    private func closedByPeer(_ word: String) -> String {
        let who = side == .host ? "The viewer" : "The host"
        return word.isEmpty ? "\(who) ended the session." : "\(who) ended the session: \(word)."
    }

    private var timedOut: String {
        side == .viewer
            ? "The host did not answer in time. Is its network up, and is rdpeer host still running there?"
            : "The viewer did not go on in time."
    }

    private var unknownKey: String {
        "The host does not know this machine's key. Let its user add the line that `rdpeer identity` prints here to "
            + "~/.config/beeline/authorized_keys there."
    }

    private var forbidden: String {
        "The server's policy does not let this machine meet that host. "
            + (isCode
                ? "If it lets some keys, name this machine's by --identity FILE; its operator knows."
                : "Ask the server's operator to let in what `rdpeer identity` prints here.")
    }

    private func refused(_ reason: Reason) -> String {
        switch reason {
        case .noSuchRoom, .hostGone, .finished:
            isCode
                ? "Nobody waits with this code. Is it the one that the host shows now? A code serves once."
                : "This host is not at the server. Does `rdpeer host --unattended` run there, with the same --server?"
        case .roomBusy: "The host is busy with another viewer. Try again when that session is over."
        case .codeBurned:
            "This code is worthless after too many wrong tries. Ask for the new one that the host shows now."
        case .refused: isCode ? "The host refused. Ask for a new code." : unknownKey
        case .badVersion: "The other side runs another version of rdpeer. Use the same version on both."
        case .rateLimited: "The server has had too many tries from here. Wait a minute and try again."
        case .serverFull: "The server is full. Try again later, or use another --server."
        case .shuttingDown: "The server is about to stop. Try again in a minute."
        case .timedOut: timedOut
        case .forbidden: forbidden
        case .badProof:
            "The server did not take the proof of this machine's key. Name the server as it names itself (--server)."
        case .recordingRequired:
            "The server's policy wants this session recorded, and the host does not record. Let `rdpeer host` be started "
                + "there with --record FILE."
        case .pathForbidden:
            "The server's policy allows this session one way only, through the relay or direct, and --relay of one side the "
                + "other. Leave --relay away on both."
        default: "The server ended it: \(reason.words)."
        }
    }
}
