/// One thing that was looked at, and how it is.
struct Finding: Equatable, Encodable, Sendable {
    enum Kind: String, Encodable, Sendable {
        case ok
        /// It would work, but not as well, or not for long.
        case warning
        /// It would not start, or not work.
        case error
    }

    let kind: Kind
    /// The setting it is about, or `file`, `environment`, `descriptors`.
    let about: String
    let text: String

    init(_ kind: Kind, _ about: String, _ text: String) {
        self.kind = kind
        self.about = about
        self.text = text
    }

    init(_ kind: Kind, _ setting: Setting, _ text: String) { self.init(kind, setting.rawValue, text) }
}
