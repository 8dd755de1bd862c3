import WireFormat

extension SessionTerms {
    /// A word that is no term.
    public struct TextFailure: Error, Equatable, Sendable {
        public let word: String
    }

    /// What there is, for those who mistyped it.
    public static let help = "relay-only, direct-only, recorded and time=30m"

    /// Reads terms with commas between, as in `relay-only,recorded,time=30m`.
    ///
    /// - Throws: the first word that is none, or that contradicts one before it, as a second time does.
    public init(_ text: String) throws(TextFailure) {
        self.init()
        for word in text.split(separator: ",", omittingEmptySubsequences: false) {
            switch word {
            case "relay-only" where way != .directOnly: way = .relayOnly
            case "direct-only" where way != .relayOnly: way = .directOnly
            case "recorded": isRecorded = true
            default:
                guard timeLimit == nil, word.hasPrefix("time="), let span = Interval(written: word.dropFirst(5)) else {
                    throw TextFailure(word: String(word))
                }
                timeLimit = span
            }
        }
    }
}

extension SessionTerms: CustomStringConvertible {
    /// As they are read.
    public var description: String {
        var words: [String] = []
        switch way {
        case .any: break
        case .relayOnly: words.append("relay-only")
        case .directOnly: words.append("direct-only")
        }
        if isRecorded { words.append("recorded") }
        if let timeLimit { words.append("time=\(timeLimit.nanoseconds / 1_000_000_000)s") }
        return words.joined(separator: ",")
    }
}

extension Interval {
    /// A time as people write it, such as 90s, 30m, 8h or 2d; nil for what is no number with a unit, for nothing, and for
    /// more than a year.
    public init?(written text: some StringProtocol) {
        let seconds: Int64
        switch text.last {
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3_600
        case "d": seconds = 86_400
        default: return nil
        }
        let year: Int64 = 365 * 86_400
        guard let number = Int64(text.dropLast()), number > 0, number <= year, number * seconds <= year else {
            return nil
        }
        self = .seconds(number * seconds)
    }
}
