/// The words of connection codes.
enum CodeWords {
    static let all: [String] = text.split(whereSeparator: \.isWhitespace).map(String.init)
    private static let known = Set(all)

    static func contains(_ word: String) -> Bool { known.contains(word) }

    private static let text = """
        clockwork crossover
        """
}
