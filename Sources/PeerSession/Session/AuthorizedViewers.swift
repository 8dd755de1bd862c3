import SecureChannel

/// The keys whose owners may view, each with its terms.
public struct AuthorizedViewers: Sendable, ExpressibleByArrayLiteral {
    /// In the order in which they were named.
    public let keys: [PublicKey]
    private let terms: [PublicKey: ViewerTerms]

    /// - Parameter viewers: of a key that stands there twice, the first counts.
    public init(_ viewers: [(key: PublicKey, terms: ViewerTerms)]) {
        terms = Dictionary(viewers.map { ($0.key, $0.terms) }) { first, _ in first }
        var seen: Set<PublicKey> = []
        keys = viewers.map(\.key).filter { seen.insert($0).inserted }
    }

    /// Keys that may do all that the host allows.
    public init(arrayLiteral keys: PublicKey...) { self.init(keys.map { ($0, ViewerTerms()) }) }

    /// Nil if the key is not authorised.
    public subscript(key: PublicKey) -> ViewerTerms? { terms[key] }
}
