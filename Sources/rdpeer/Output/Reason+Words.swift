import Rendezvous

extension Reason {
    /// A name for programs.
    var name: String { words.split(separator: " ").joined(separator: "-") }

    /// A few words for people.
    var words: String {
        switch self {
        case .unspecified: "unspecified"
        case .noSuchRoom: "no such room"
        case .roomBusy: "room busy"
        case .hostGone: "host gone"
        case .codeBurned: "code burned"
        case .rateLimited: "rate limited"
        case .badVersion: "bad version"
        case .refused: "refused"
        case .badProof: "bad proof"
        case .finished: "finished"
        case .expired: "expired"
        case .replaced: "replaced"
        case .serverFull: "server full"
        case .malformed: "malformed"
        case .peerDisconnected: "peer disconnected"
        case .timedOut: "timed out"
        case .shuttingDown: "shutting down"
        case .noSuchSession: "no such session"
        case .tooSlow: "too slow"
        case .roomTaken: "room taken"
        case .forbidden: "forbidden by policy"
        case .recordingRequired: "recording required"
        case .pathForbidden: "path forbidden"
        }
    }
}
