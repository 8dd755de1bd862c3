/// Why a connection ends: a code for the peer's program and a short text for its user.
public struct CloseReason: Hashable, Sendable {
    /// The longest text that travels, in bytes of UTF-8.
    public static let maximumTextBytes = 200

    /// Chosen by the application; 0 is an ordinary end. Below 2^62.
    public let code: UInt64

    public let text: String

    /// A text that is too long is cut at a character's boundary.
    public init(code: UInt64, text: String = "") {
        self.code = min(code, (1 << 62) - 1)
        guard text.utf8.count > Self.maximumTextBytes else {
            self.text = text
            return
        }
        var cut = ""
        for character in text {
            guard cut.utf8.count + character.utf8.count <= Self.maximumTextBytes else { break }
            cut.append(character)
        }
        self.text = cut
    }
}
