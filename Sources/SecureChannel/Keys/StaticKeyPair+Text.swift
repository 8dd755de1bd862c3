/// The text of a file with a secret key: one line of 64 hexadecimal digits, and comments that begin with `#`.
extension StaticKeyPair {
    /// Nil if the first line that is no comment is no secret.
    public init?(text: String) {
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { !$0.hasPrefix("#") }) else {
            return nil
        }
        let digits = line.utf8.map { Character(Unicode.Scalar($0)).hexDigitValue }
        let values = digits.compactMap { $0 }
        guard digits.count == Self.secretCount * 2, values.count == digits.count else { return nil }
        self.init(secretBytes: stride(from: 0, to: values.count, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) })
    }

    /// The digits of the secret, to be written to a file.
    public var secretText: String {
        copyOfSecret().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
