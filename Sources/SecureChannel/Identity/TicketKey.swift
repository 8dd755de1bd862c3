import WireFormat

/// Marks what a server hands out and wants back unchanged, so that it need remember nothing: HMAC-BLAKE2b under a key
/// derived from the server's secret, cut to 16 bytes.
public struct TicketKey: Sendable {
    /// The bytes that a mark adds.
    public static let tagCount = 16

    private let key: SecretBytes

    /// - Parameter secret: of any length; servers with the same one take each other's tickets.
    public init(secret: [UInt8]) {
        let label = Array("beeline ticket key".utf8)
        key = HMACBlake2b.authenticate(key: SecretBytes(copying: label.span)) { $0.update(secret) }
    }

    /// The content with its mark behind it.
    public func seal(_ content: [UInt8]) -> [UInt8] { content + tag(of: content).copied() }

    /// The content of a ticket that was made with this key; nil for any other.
    public func open(_ ticket: Span<UInt8>) -> [UInt8]? {
        guard ticket.count >= Self.tagCount else { return nil }
        let split = ticket.count - Self.tagCount
        let content = ticket.extracting(0..<split).copied()
        return tag(of: content).isEqual(to: ticket.extracting(split..<ticket.count)) ? content : nil
    }

    private func tag(of content: [UInt8]) -> SecretBytes {
        HMACBlake2b.authenticate(key: key) { $0.update(content) }.prefix(Self.tagCount)
    }
}
