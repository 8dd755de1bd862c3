import FileTransfer

/// What a copied file is called while it travels: who copied it, the announcement's number, its place in it. Whoever pastes
/// can ask for nothing else.
public struct PasteName: Hashable, Sendable, CustomStringConvertible {
    public let isHosts: Bool
    public let number: UInt64
    public let index: Int

    public init(isHosts: Bool, number: UInt64, index: Int) {
        self.isHosts = isHosts
        self.number = number
        self.index = index
    }

    /// - Returns: nil for any other name, and for one that is written otherwise than `description` writes it.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let number = UInt64(parts[1]), let index = Int(parts[2]), index >= 0 else { return nil }
        self.init(isHosts: parts[0] == "host", number: number, index: index)
        guard description == text else { return nil }
    }

    public var description: String { "\(isHosts ? "host" : "viewer")-\(number)-\(index)" }

    var fileName: FileName? { FileName(description) }
}
