import PeerSession

/// What stands before a key: `view-only,no-clipboard,no-files,recorded,time=30m`, some of them.
struct KeyTerms: Equatable {
    /// A word that says nothing.
    struct Failure: Error, Equatable {
        let word: String
    }

    static let help = "view-only, no-clipboard, no-files, recorded and time=30m"

    private(set) var viewer = ViewerTerms()
    /// There is to be no session that is not recorded.
    private(set) var isRecorded = false

    init() {}

    init(_ text: String) throws(Failure) {
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "view-only": viewer.isViewOnly = true
            case "no-clipboard": viewer.sharesClipboard = false
            case "no-files": viewer.movesFiles = false
            case "recorded": isRecorded = true
            default:
                guard viewer.timeLimit == nil, word.hasPrefix("time="),
                    let span = TimeSpan(argument: String(word.dropFirst(5)))
                else { throw Failure(word: String(word)) }
                viewer.timeLimit = span.interval
            }
        }
    }
}
