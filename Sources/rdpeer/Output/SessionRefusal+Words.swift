import PeerSession

extension SessionRefusal {
    /// A name for programs.
    var name: String {
        switch self {
        case .malformed: "malformed"
        case .badVersion: "bad-version"
        case .wrongPattern: "wrong-pattern"
        case .notAuthentic: "not-authentic"
        case .unknownKey: "unknown-key"
        case .recordingRequired: "recording-required"
        case .pathForbidden: "path-forbidden"
        }
    }

    /// What the host's user should know.
    var words: String {
        switch self {
        case .malformed: "its offer makes no sense"
        case .badVersion: "it runs another version of rdpeer"
        case .wrongPattern: "it came with a key to a host that takes codes, or with a code to one that takes keys"
        case .notAuthentic: "its offer was not made for this host"
        case .unknownKey: "its key is not among the authorised ones"
        case .recordingRequired: "the server's policy wants its session recorded; start with --record FILE"
        case .pathForbidden:
            "the server's policy allows its session one way only, through the relay or direct, and --relay the other"
        }
    }
}
