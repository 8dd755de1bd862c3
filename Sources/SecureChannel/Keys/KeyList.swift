/// The text of a file of public keys: a HOST-ID on each line, whatever after it, a name first; lines that begin with `#`,
/// and empty ones, say nothing. Before a key may stand one word about it, as in ssh's files.
public struct KeyList: Sendable {
    /// A word that stands where a key should.
    public struct Failure: Error, Equatable, Sendable {
        /// From 1.
        public let line: Int
        public let word: String
    }

    /// A line.
    public struct Entry: Sendable {
        public let key: PublicKey
        /// From 1.
        public let line: Int
        /// The word before the key.
        public let terms: String?
        /// The word after it.
        public let name: String?
    }

    /// Each line that says something, in the order of the text.
    public let entries: [Entry]
    /// Each once, in the order of the text.
    public let keys: [PublicKey]

    public init(_ text: String) throws(Failure) {
        var entries: [Entry] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let words = line.split(maxSplits: 3, whereSeparator: \.isWhitespace).map(String.init)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if let key = PublicKey(first) {
                entries.append(Entry(key: key, line: index + 1, terms: nil, name: words.dropFirst().first))
            } else if words.count > 1, let key = PublicKey(words[1]) {
                entries.append(Entry(key: key, line: index + 1, terms: first, name: words.dropFirst(2).first))
            } else {
                throw Failure(line: index + 1, word: first)
            }
        }
        self.entries = entries
        var seen: Set<PublicKey> = []
        keys = entries.map(\.key).filter { seen.insert($0).inserted }
    }

    /// The key that stands before this name; the last one if it stands there more than once.
    public func key(named name: String) -> PublicKey? { entries.last { $0.name == name }?.key }
}
