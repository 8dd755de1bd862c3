import WireFormat

/// What a viewer may do less than the session's configuration allows.
public struct ViewerTerms: Hashable, Sendable {
    /// It looks, and its input goes nowhere.
    public var isViewOnly = false
    public var sharesClipboard = true
    public var movesFiles = true
    /// How long a session may take; nil for as long as it likes.
    public var timeLimit: Interval?

    public init() {}
}

extension SessionConfiguration {
    /// What is left of it under these terms.
    func limited(by terms: ViewerTerms) -> SessionConfiguration {
        var configuration = self
        if terms.isViewOnly { configuration.isViewOnly = true }
        if !terms.sharesClipboard { configuration.clipboard = .nothing }
        if !terms.movesFiles { configuration.files = .off }
        if !terms.movesFiles || !terms.sharesClipboard { configuration.paste = .nothing }
        if let limit = terms.timeLimit { configuration.timeLimit = min(limit, timeLimit ?? limit) }
        return configuration
    }
}
