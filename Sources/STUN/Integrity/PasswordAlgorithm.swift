/// How a long-term key is made from user name, realm and password (RFC 8489 section 18.5).
@frozen
public enum PasswordAlgorithm: UInt16, Hashable, Sendable {
    case md5 = 0x0001
    case sha256 = 0x0002
}
