/// The text of a file of public keys: a HOST-ID at the beginning of each line, whatever after it, a name first; lines that
/// begin with `#`, and empty ones, say nothing.
public struct KeyList: Sendable {
    /// A word that stands where a key should.
    public struct Failure: Error, Equatable, Sendable {
        /// From 1.
        public let line: Int
        public let word: String
    }

    /// Each once, in the order of the text.
    public let keys: [PublicKey]
    private let names: [(name: String, key: PublicKey)]

    public init(_ text: String) throws(Failure) {
        var keys: [PublicKey] = []
        var names: [(name: String, key: PublicKey)] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(maxSplits: 2, whereSeparator: \.isWhitespace)
            guard let word = words.first, !word.hasPrefix("#") else { continue }
            guard let key = PublicKey(String(word)) else { throw Failure(line: index + 1, word: String(word)) }
            if !keys.contains(key) { keys.append(key) }
            if words.count > 1 { names.append((String(words[1]), key)) }
        }
        self.keys = keys
        self.names = names
    }

    /// The key that stands before this name; the last one if it stands there more than once.
    public func key(named name: String) -> PublicKey? { names.last { $0.name == name }?.key }
}
