/// Why the demonstration did not come to its end.
enum DemoFault: Error, CustomStringConvertible {
    /// A child ended before it did this.
    case ended(String, String)
    /// A child did not do this in time.
    case late(String, String)
    case interrupted
    /// Something that it needs is missing; the text says how to get it.
    case missing(String)

    /// Whether the reason is what this machine lacks.
    var isLocal: Bool {
        if case .missing = self { true } else { false }
    }

    var description: String {
        switch self {
        case .ended(let child, let what): "\(child) ended before it had \(what)"
        case .late(let child, let what): "\(child) has not \(what) in time"
        case .interrupted: "interrupted"
        case .missing(let text): text
        }
    }
}
