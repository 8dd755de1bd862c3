import WireFormat

/// What a host shows and a viewer types: a room number and words, as in `7-crossover-clockwork`.
///
/// The room is public: the server finds the host by it. The words are the password of the key exchange and never
/// leave the two machines. Two words of ``CodeWords`` are 20 bits: enough, because each guess costs a whole
/// exchange with the host, and the host burns the code after a few.
public struct ConnectionCode: Hashable, Sendable {
    /// Words that a fresh code has.
    public static let freshWordCount = 2
    /// The most words a code may have.
    public static let maximumWordCount = 8
    /// The most characters a typed code may have.
    public static let maximumTextCount = 200

    /// The room on the server, 1 or more.
    public let room: UInt32
    /// The secret words, in small letters.
    public let words: [String]

    /// A code for a room that the server assigned, with words drawn at random.
    public init(room: UInt32, random: inout SeededRandom) {
        self.room = room
        words = (0..<Self.freshWordCount).map { _ in
            CodeWords.all[Int.random(in: 0..<CodeWords.all.count, using: &random)]
        }
    }

    /// The password of the key exchange.
    var password: [UInt8] { Array(words.joined(separator: "-").utf8) }
}

extension ConnectionCode: CustomStringConvertible, LosslessStringConvertible {
    /// Parses a typed code: a number, then one to eight words of the list, apart by dashes, spaces or both, in large
    /// or small letters. Nil if it is none; a word that is not in the list is refused before it is tried.
    public init?(_ description: String) {
        guard description.utf8.count <= Self.maximumTextCount else { return nil }
        let parts = description.lowercased().split { $0 == "-" || $0.isWhitespace }.map(String.init)
        guard let first = parts.first, first.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let room = UInt32(first), room > 0
        else { return nil }
        let words = Array(parts.dropFirst())
        guard (1...Self.maximumWordCount).contains(words.count), words.allSatisfy(CodeWords.contains) else {
            return nil
        }
        self.room = room
        self.words = words
    }

    /// The code as it is shown: `7-crossover-clockwork`.
    public var description: String { "\(room)-" + words.joined(separator: "-") }
}
