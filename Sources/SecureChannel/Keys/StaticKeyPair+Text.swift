/// The text of a file with a secret key: one line of 64 hexadecimal digits, and comments that begin with `#`.
extension StaticKeyPair {
    /// Nil if the first line that is no comment is no secret.
    public init?(text: String) {
        guard let line = text.split(whereSeparator: \.isNewline).first(where: { !$0.hasPrefix("#") }) else {
            return nil
        }
        guard line.utf8.count == Self.secretCount * 2 else { return nil }
        var secret: [UInt8] = []
        secret.reserveCapacity(Self.secretCount)
        defer { secret.wipe() }
        var high: Int?
        for digit in line.utf8 {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue else { return nil }
            if let first = high.take() { secret.append(UInt8(first << 4 | value)) } else { high = value }
        }
        self.init(secretBytes: secret)
    }

    /// The digits of the secret, to be written to a file. A text cannot be wiped: this is for the run that makes the key.
    public var secretText: String {
        var secret = copyOfSecret()
        defer { secret.wipe() }
        return secret.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
