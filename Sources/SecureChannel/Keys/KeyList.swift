/// The text of a file of public keys: a HOST-ID at the beginning of each line, whatever after it; lines that begin with
/// `#`, and empty ones, say nothing.
public struct KeyList: Sendable {
    /// A word that stands where a key should.
    public struct Failure: Error, Equatable, Sendable {
        /// From 1.
        public let line: Int
        public let word: String
    }

    /// Each once, in the order of the text.
    public let keys: [PublicKey]

    public init(_ text: String) throws(Failure) {
        var keys: [PublicKey] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard let word = line.split(whereSeparator: \.isWhitespace).first, !word.hasPrefix("#") else { continue }
            guard let key = PublicKey(String(word)) else { throw Failure(line: index + 1, word: String(word)) }
            if !keys.contains(key) { keys.append(key) }
        }
        self.keys = keys
    }
}
