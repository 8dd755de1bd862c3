import WireFormat

/// A name that a file may have in a folder where peers put files: one component of a path, and nothing that a program
/// or a person takes for something else.
///
/// Refused are: an empty name, more than `maximumBytes` bytes of UTF-8, path separators (of either kind), control
/// characters, characters that turn the direction of text or end lines (a name that reads otherwise than it is), a dot in
/// front (hidden files, `.` and `..`), a hyphen in front (which a shell's `*` makes an option), space at either end.
public struct FileName: Hashable, Sendable, CustomStringConvertible {
    /// Leaves room for a number.
    public static let maximumBytes = 200
    /// What file systems have.
    static let maximumNumberedBytes = 255

    public let text: String

    public var description: String { text }

    public init?(_ text: String) { self.init(text, maximumBytes: Self.maximumBytes) }

    init?(_ text: String, maximumBytes: Int) {
        guard (1...maximumBytes).contains(text.utf8.count), let first = text.unicodeScalars.first,
            let last = text.unicodeScalars.last, first != ".", first != "-", !Self.isSpace(first), !Self.isSpace(last),
            text.unicodeScalars.allSatisfy(Self.isAllowed)
        else { return nil }
        self.text = text
    }

    private init(unchecked text: String) { self.text = text }

    /// The name with a number in front of its extension, for a file beside one that has the name already: `a (1).txt`.
    public func numbered(_ number: Int) -> FileName {
        guard let dot = text.lastIndex(of: "."), dot != text.startIndex else {
            return FileName(unchecked: "\(text) (\(number))")
        }
        return FileName(unchecked: "\(text[..<dot]) (\(number))\(text[dot...])")
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "/", "\\", "\u{2028}", "\u{2029}": false
        case "\u{200E}", "\u{200F}", "\u{061C}", "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": false
        default: scalar.properties.generalCategory != .control
        }
    }
}
